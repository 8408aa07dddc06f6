import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { newId } from '../../values/index.js';
import { chosenVersion } from './version-choice.js';

const newest = '3';

describe('the version of a template', () => {
  it('is that of the call, else the pin, else the option, else that of the run, else the newest', () => {
    const split = { '2': 1 };
    const all = { asked: '9', pinned: '8', configured: '7', split, newest };
    expect(chosenVersion(all, 'a', 'r')).toBe('9');
    expect(chosenVersion({ ...all, asked: undefined }, 'a', 'r')).toBe('8');
    expect(chosenVersion({ configured: '7', split, newest }, 'a', 'r')).toBe('7');
    expect(chosenVersion({ split, newest }, 'a', 'r')).toBe('2');
    expect(chosenVersion({ newest }, 'a', 'r')).toBe('3');
  });

  it('is split over runs by its weights, the same for the same run, in whatever order they are written', () => {
    const runs = Array.from({ length: 4_000 }, () => newId());
    const versions = runs.map((run) => chosenVersion({ split: { '2': 90, '3': 10 }, newest }, 'a', run));
    expect(runs.map((run) => chosenVersion({ split: { '3': 10, '2': 90 }, newest }, 'a', run))).toEqual(
      versions,
    );
    const third = versions.filter((version) => version === '3').length / runs.length;
    // Ten times the standard error on either side.
    expect(Math.abs(third - 0.1)).toBeLessThan(0.05);
  });

  it('is always one of the split', () => {
    const weights = fc.dictionary(
      fc.stringMatching(/^\d{1,3}$/),
      fc.double({ min: 1e-6, max: 1e6, noNaN: true }),
      {
        minKeys: 1,
      },
    );
    fc.assert(
      fc.property(weights, fc.string(), (split, run) => {
        expect(Object.keys(split)).toContain(chosenVersion({ split, newest }, 'a', run));
      }),
    );
  });
});
