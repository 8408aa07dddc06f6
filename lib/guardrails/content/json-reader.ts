import type { Sliced, SliceMeter } from './slices.js';

/** A key, a string or a number of a JSON text, with its quotes. */
export interface JsonToken {
  readonly type: 'key' | 'string' | 'number';
  readonly start: number;
  readonly end: number;
  /** The object or list that it is in; undefined for a string that is in none. */
  readonly container: JsonContainer | undefined;
  /** Of a value in an object. */
  readonly key: JsonToken | undefined;
}

/** An object or a list, and where it is. */
export interface JsonContainer {
  readonly isObject: boolean;
  readonly container: JsonContainer | undefined;
  readonly key: JsonToken | undefined;
}

export interface JsonReading {
  /** Where the JSON value ends, or what is not JSON begins. */
  readonly end: number;
  readonly isJson: boolean;
  readonly tokens: readonly JsonToken[];
}

/** Deeper JSON is read as text. */
const deepest = 500;
const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const literal = /true|false|null/y;
const escape = /\\(?:["\\/bfnrt]|u[\da-fA-F]{4})/y;

type Expected = 'value' | 'value or end' | 'key' | 'key or end' | 'colon' | 'comma or end' | 'nothing';

/** Reads one object, list or string that begins at `start`. Each character is looked at once, whatever comes. */
export function* scanJson(text: string, start: number, meter: SliceMeter): Sliced<JsonReading> {
  const tokens: JsonToken[] = [];
  const open: JsonContainer[] = [];
  let key: JsonToken | undefined;
  let expected: Expected = 'value';
  let at = start;
  const afterValue = (): Expected => (open.length === 0 ? 'nothing' : 'comma or end');
  while (expected !== 'nothing') {
    const from = at;
    at = afterSpace(text, at);
    const character = text[at];
    const inside = open.at(-1);
    let end: number | undefined;
    if ((character === '}' && inside?.isObject) || (character === ']' && inside && !inside.isObject)) {
      if (!expected.endsWith('end')) break;
      open.pop();
      expected = afterValue();
      end = at + 1;
    } else if (expected === 'colon') {
      if (character !== ':') break;
      expected = 'value';
      end = at + 1;
    } else if (expected === 'comma or end') {
      if (character !== ',') break;
      expected = inside?.isObject ? 'key' : 'value';
      end = at + 1;
    } else if (expected.startsWith('key')) {
      end = character === '"' ? endOfString(text, at) : undefined;
      if (end === undefined) break;
      key = { type: 'key', start: at, end, container: inside, key: undefined };
      tokens.push(key);
      expected = 'colon';
    } else if (character === '{' || character === '[') {
      if (open.length >= deepest) break;
      open.push({ isObject: character === '{', container: inside, key });
      key = undefined;
      expected = character === '{' ? 'key or end' : 'value or end';
      end = at + 1;
    } else {
      const type = character === '"' ? 'string' : 'number';
      end = type === 'string' ? endOfString(text, at) : endOf(number, text, at);
      if (end !== undefined) tokens.push({ type, start: at, end, container: inside, key });
      end ??= endOf(literal, text, at);
      if (end === undefined) break;
      expected = afterValue();
      key = undefined;
    }
    at = end;
    yield* meter.count((at - from) / 8);
  }
  return { end: at, isJson: expected === 'nothing', tokens };
}

function afterSpace(text: string, start: number): number {
  let at = start;
  while (text[at] === ' ' || text[at] === '\n' || text[at] === '\r' || text[at] === '\t') at += 1;
  return at;
}

function endOf(pattern: RegExp, text: string, start: number): number | undefined {
  pattern.lastIndex = start;
  return pattern.test(text) ? pattern.lastIndex : undefined;
}

/** Behind the closing quote; undefined if there is none, or something that a string of JSON cannot hold. */
function endOfString(text: string, start: number): number | undefined {
  let at = start + 1;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code === 0x22) return at + 1;
    if (code < 0x20) return undefined;
    const next = code === 0x5c ? endOf(escape, text, at) : at + 1;
    if (next === undefined) return undefined;
    at = next;
  }
  return undefined;
}
