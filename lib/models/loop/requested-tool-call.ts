import { type JsonValue, storableText, toJson } from '../../values/index.js';
import type { ModelToolCall } from '../provider/model-provider.js';

/**
 * A tool call from the text that a vendor sent for its arguments. No text at all is what models send for a tool without
 * parameters; an object that is in a JSON text once more is what some servers make of it (`"{\"city\":\"Rome\"}"`).
 */
export function requestedToolCall(id: string, name: string, raw: string): ModelToolCall {
  const value = parsed(raw.trim() || '{}');
  const inner = typeof value === 'string' ? parsed(value) : undefined;
  // A text is as large as it is: how large it may be, the gate knows.
  const data = typeof inner === 'object' && inner !== null ? inner : value;
  return toolCallWith({ id, name, raw, data, limit: Infinity });
}

interface WrittenAsData {
  readonly id: string;
  readonly name: string;
  /** What the model wrote. @default the arguments as JSON */
  readonly raw: string | undefined;
  readonly data: unknown;
  /** Bytes of the arguments' JSON; what has more has none: an array may have four billion holes. */
  readonly limit: number;
}

/** A tool call whose arguments are data already: they count, whatever the text says. */
export function toolCallWith({ id, name, raw, data, limit }: WrittenAsData): ModelToolCall {
  const args = storable(data, limit);
  const text = raw ?? JSON.stringify(args) ?? '';
  return args === undefined ? { id, name, raw: text } : { id, name, raw: text, arguments: args };
}

function parsed(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
}

/** Undefined for what is not JSON, and for what JSON can write but nobody can store: 1e999, a thousand lists inside each other. */
function storable(value: unknown, limit: number): JsonValue | undefined {
  try {
    return toJson(value, 'the arguments of a tool call', limit);
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
