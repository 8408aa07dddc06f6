import { describe, expect, it } from '@jest/globals';
import canonicalize from 'canonicalize';
import fc from 'fast-check';
import { canonicalJson } from './canonical.js';

/** The package is CommonJS with a default export that its types describe as a namespace. */
const reference = canonicalize as unknown as (value: unknown) => string | undefined;

describe('canonical JSON', () => {
  it('is that of RFC 8785, as another implementation writes it', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
        expect(canonicalJson(value)).toBe(reference(value));
      }),
      { numRuns: 500 },
    );
  });

  it('sorts keys by their UTF-16 units, also where they are whole numbers', () => {
    expect(canonicalJson({ 9: 'a', 10: 'b', é: 1, z: 2, '\u{1F600}': 3, '\uFB33': 4 })).toBe(
      '{"10":"b","9":"a","z":2,"é":1,"\u{1F600}":3,"\uFB33":4}',
    );
    expect(canonicalJson([{ b: { d: 1, c: 2 }, a: [] }])).toBe('[{"a":[],"b":{"c":2,"d":1}}]');
  });

  it('drops what JSON drops, and takes the form that an object gives itself', () => {
    expect(canonicalJson({ b: undefined, a: [undefined, () => 1], at: new Date(0) })).toBe(
      '{"a":[null,null],"at":"1970-01-01T00:00:00.000Z"}',
    );
    expect(canonicalJson(undefined)).toBe('null');
  });

  it('is read back as the same value, whatever the order of its keys was', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
        const backwards = Object.fromEntries(Object.entries(value).toReversed());
        expect(canonicalJson(backwards)).toBe(canonicalJson(value));
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});
