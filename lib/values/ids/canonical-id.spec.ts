import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { InputValidationError } from '../../errors/index.js';
import { canonicalId, requireId } from './canonical-id.js';

const id = '0199a1b2-c3d4-7ef0-8abc-def012345678';

describe('canonicalId', () => {
  it('gives every spelling of an id the same one', () => {
    const spellings = [
      (text: string) => text,
      (text: string) => text.toUpperCase(),
      (text: string) => `{${text}}`,
      (text: string) => `urn:uuid:${text}`,
      (text: string) => `URN:UUID:${text.toUpperCase()}`,
    ];
    fc.assert(
      fc.property(fc.uuid(), fc.constantFrom(...spellings), (text, spelt) => {
        expect(canonicalId(spelt(text))).toBe(text);
        expect(canonicalId(canonicalId(spelt(text)))).toBe(text);
      }),
    );
  });

  it('has nothing for what is not a UUID, whatever its type', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        expect(canonicalId(value)).toBeUndefined();
      }),
    );
  });

  it.each([
    '',
    'x',
    `${id}\n`,
    ` ${id}`,
    `${id}\0`,
    `{${id}`,
    `${id}}`,
    `{urn:uuid:${id}}`,
    id.replaceAll('-', ''),
    id.replace('a', 'g'),
    // lower case of the Kelvin sign is an ASCII letter, and that of İ is longer
    id.replace('a', '\u212A'),
    `${id.slice(1)}İ`,
  ])('%j is not an id', (text) => {
    expect(canonicalId(text)).toBeUndefined();
    expect(() => requireId(text, 'runId')).toThrow(InputValidationError);
  });

  it('says which id, and cuts what is long', () => {
    expect(() => requireId('x'.repeat(5_000), 'runId')).toThrow(
      /^runId has to be a UUID, like [-\da-f]{36}, and 'x{60}…' is not one\.$/,
    );
    expect(() => requireId(Symbol('s'), 'runId')).toThrow(/a value of type symbol is not one/);
  });
});
