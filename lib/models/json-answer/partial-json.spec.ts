import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { JsonValue } from '../../values/index.js';
import { partialJson } from './partial-json.js';

/** Whether one value may become the other while it is written. */
function mayBecome(part: JsonValue, whole: JsonValue): boolean {
  if (typeof part === 'string') return typeof whole === 'string' && whole.startsWith(part);
  if (Array.isArray(part))
    return (
      Array.isArray(whole) &&
      part.length <= whole.length &&
      part.every((one, index) => mayBecome(one, whole[index] as JsonValue))
    );
  if (typeof part === 'object' && part !== null)
    return (
      typeof whole === 'object' &&
      whole !== null &&
      Object.entries(part).every(
        ([key, one]) =>
          Object.hasOwn(whole, key) && mayBecome(one, (whole as Record<string, JsonValue>)[key] as JsonValue),
      )
    );
  return part === whole;
}

describe('a JSON text that is being written', () => {
  it.each<[string, unknown]>([
    ['', undefined],
    ['Here it is', undefined],
    ['{', {}],
    ['{"na', {}],
    ['{"name":', {}],
    ['{"name": "An', { name: 'An' }],
    ['{"name": "An\\', { name: 'An' }],
    ['{"name": "An\\u00e', { name: 'An' }],
    ['{"name": "An\\n', { name: 'An\n' }],
    ['{"age": 4', {}],
    ['{"age": 42,', { age: 42 }],
    ['{"isOpen": tru', {}],
    ['{"isOpen": true}', { isOpen: true }],
    ['```json\n[1, {"a": "b"', [1, { a: 'b' }]],
    ['{"a": [1, 2', { a: [1] }],
    ['{"a": "x"} and more', { a: 'x' }],
    ['{]', undefined],
  ])('%j gives %j', (text, value) => {
    expect(partialJson(text)).toEqual(value);
  });

  it('gives of any prefix what the whole begins with, and of the whole all of it', () => {
    const values = fc.oneof(
      fc.array(fc.jsonValue()),
      fc.dictionary(fc.string(), fc.jsonValue()),
    ) as fc.Arbitrary<JsonValue>;
    fc.assert(
      fc.property(values, fc.boolean(), fc.nat(), (value, isSpaced, place) => {
        const text = JSON.stringify(value, undefined, isSpaced ? 2 : 0);
        const whole = JSON.parse(text) as JsonValue;
        const part = partialJson(text.slice(0, 1 + (place % text.length)));
        expect(part === undefined || mayBecome(part, whole)).toBe(true);
        expect(partialJson(text)).toEqual(whole);
      }),
      { numRuns: 500 },
    );
  });
});
