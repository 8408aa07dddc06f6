import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
// @ts-expect-error a script without types
import LongestFirst, { longest } from './longest-first.mjs';

const rootDir = resolve(import.meta.dirname, '../..');
const spec = (name: string, size = 1) => ({
  path: join(rootDir, name),
  context: { config: { rootDir, cache: false }, hasteFS: { getSize: () => size } },
});

describe('The order of the spec files', () => {
  it.each(longest as string[])('names a file that exists: %s', (name) => {
    expect(existsSync(join(rootDir, name))).toBe(true);
  });

  it('begins with the longest ones, and leaves none out', () => {
    const others = ['lib/one.spec.ts', 'lib/two.spec.ts'];
    const given = [...others, ...(longest as string[]).toReversed()].map((name) => spec(name));
    // oxlint-disable-next-line unicorn/no-array-sort -- Jest's sequencer, not an array
    const sorted = new LongestFirst({ contexts: [], globalConfig: {} }).sort(given) as typeof given;
    const names = sorted.map(({ path }) => path.slice(rootDir.length + 1));
    expect(names.slice(0, longest.length)).toEqual(longest);
    expect(names.slice(longest.length).toSorted()).toEqual(others);
  });
});
