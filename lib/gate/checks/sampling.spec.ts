import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isSampled, type SampledPlace } from './sampling.js';

const secret = 'not a secret in a test';
const place: SampledPlace = {
  lineage: '0192',
  step: 'draft',
  iteration: 0,
  item: undefined,
  subject: 'step draft',
};
const places = fc.record({
  lineage: fc.uuid(),
  step: fc.string(),
  iteration: fc.nat(),
  item: fc.option(fc.nat(), { nil: undefined }),
  subject: fc.string(),
});
const shares = fc.double({ min: 0, max: 1, noNaN: true });

describe('what is drawn to be looked at', () => {
  it('is about the share of all places that is asked for', () => {
    const all = Array.from({ length: 20_000 }, (_, index) => ({ ...place, lineage: `run ${index}` }));
    const share = all.filter((one) => isSampled(secret, one, 0.05)).length / all.length;
    expect(share).toBeGreaterThan(0.045);
    expect(share).toBeLessThan(0.055);
  });

  it('is nothing of none and everything of all', () => {
    fc.assert(fc.property(places, (one) => !isSampled(secret, one, 0) && isSampled(secret, one, 1)));
  });

  it('is drawn alike each time, and a larger share has all of a smaller one', () => {
    fc.assert(
      fc.property(places, shares, shares, (one, a, b) => {
        const [less, more] = [Math.min(a, b), Math.max(a, b)];
        return (
          isSampled(secret, one, less) === isSampled(secret, { ...one }, less) &&
          (!isSampled(secret, one, less) || isSampled(secret, one, more))
        );
      }),
    );
  });

  it.each<[string, Partial<SampledPlace>]>([
    ['the run', { lineage: '0193' }],
    ['the step', { step: 'send' }],
    ['the iteration', { iteration: 1 }],
    ['the item', { item: 0 }],
    ['the call', { subject: 'tool send' }],
  ])('depends on %s', (_, other) => {
    const marks = Array.from({ length: 64 }, (__, index) => index / 64);
    const drawn = (one: SampledPlace) => marks.map((share) => isSampled(secret, one, share));
    expect(drawn({ ...place, ...other })).not.toEqual(drawn(place));
  });

  it('depends on the secret', () => {
    const marks = Array.from({ length: 64 }, (_, index) => index / 64);
    const drawn = (key: string) => marks.map((share) => isSampled(key, place, share));
    expect(drawn('another secret in a test')).not.toEqual(drawn(secret));
  });
});
