import { canonicalJson } from './canonical.js';
import type { JsonValue } from './json.js';
import type { PathKey } from './json-path.js';

/** The path to the first place where two values differ as JSON, or undefined if they do not. */
export function firstDifference(
  a: JsonValue | undefined,
  b: JsonValue | undefined,
): readonly PathKey[] | undefined {
  if (canonicalJson(a) === canonicalJson(b)) return undefined;
  if (!isContainer(a) || !isContainer(b) || Array.isArray(a) !== Array.isArray(b)) return [];
  for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) {
    const below = firstDifference(propertyOf(a, key), propertyOf(b, key));
    if (below) return [Array.isArray(a) ? Number(key) : key, ...below];
  }
  return [];
}

type Container = Extract<JsonValue, object>;

function isContainer(value: JsonValue | undefined): value is Container {
  return typeof value === 'object' && value !== null;
}

function propertyOf(container: Container, key: string): JsonValue | undefined {
  return Object.hasOwn(container, key) ? (container as Record<string, JsonValue>)[key] : undefined;
}
