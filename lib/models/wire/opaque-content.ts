import type { OpaqueContent } from '../../content/index.js';
import { indexOf } from './json-reader.js';
import { hashOf, type JsonValue, toJson } from '../../values/index.js';

export type { OpaqueContent } from '../../content/index.js';

/** Undefined where there is nothing, or what there is can't be journaled. */
export function opaqueContent(
  vendor: string,
  model: string,
  received: readonly unknown[],
): OpaqueContent | undefined {
  if (received.length === 0) return undefined;
  try {
    // Never undefined: a list has a JSON form, and it is a list.
    const parts = toJson(received, 'opaque content') as readonly JsonValue[];
    return { vendor, model, parts, hash: hashOf(parts) };
  } catch {
    return undefined;
  }
}

/** What of it goes back to a model: nothing that is another's, or that somebody has changed (a guardrail that redacts). */
export function opaqueParts(
  opaque: OpaqueContent | undefined,
  vendor: string,
  model: string,
): readonly JsonValue[] {
  if (opaque?.vendor !== vendor || opaque.model !== model || !Array.isArray(opaque.parts)) return [];
  return hashOf(opaque.parts) === opaque.hash ? opaque.parts : [];
}

/**
 * A text cut as the vendor had cut it; one that has another length now is in one piece.
 * @param parts marks `{ type, length }` among others
 */
export function cutText(
  text: string,
  parts: readonly Readonly<Record<string, unknown>>[],
  type: string,
): string[] {
  const lengths = parts.flatMap((part) => (part['type'] === type ? [indexOf(part['length']) ?? 0] : []));
  if (lengths.reduce((sum, length) => sum + length, 0) !== text.length) return [text];
  let start = 0;
  return lengths.map((length) => text.slice(start, (start += length)));
}
