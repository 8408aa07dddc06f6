import { type JsonValue, storableText, toJson } from '../values/index.js';
import type { ModelToolCall } from './model-provider.js';

/**
 * A tool call from the text that a vendor sent for its arguments. No text at all is what models send for a tool without
 * parameters; an object that stands in a JSON text once more is what some servers make of it (`"{\"city\":\"Rome\"}"`).
 */
export function requestedToolCall(id: string, name: string, raw: string): ModelToolCall {
  const value = parsed(raw.trim() || '{}');
  const inner = typeof value === 'string' ? parsed(value) : undefined;
  const args = typeof inner === 'object' && inner !== null ? inner : value;
  return args === undefined ? { id, name, raw } : { id, name, raw, arguments: args };
}

/** Undefined for what is no JSON, and for what JSON can write but nobody can store: 1e999, a thousand lists inside each other. How large it may be, the gate knows. */
function parsed(text: string): JsonValue | undefined {
  try {
    return toJson(JSON.parse(text), 'the arguments of a tool call', Infinity);
  } catch {
    return undefined;
  }
}

/**
 * Results are matched with calls by id, so each call of an answer has one of its own; the same for the same answer.
 * @param prefix of ids where none was given
 */
export function uniqueId(given: string | undefined, taken: Set<string>, prefix: string): string {
  const base = given === undefined ? `${prefix}_${taken.size + 1}` : storableText(given).text;
  let id = base;
  for (let number = 2; taken.has(id); number++) id = `${base}_${number}`;
  taken.add(id);
  return id;
}
