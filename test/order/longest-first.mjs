import { join } from 'node:path';
import Sequencer from '@jest/test-sequencer';

/**
 * The specs that last longest by far, the longest first. Jest orders by what it has measured, or by size on a clean clone: neither
 * knows these. A spec that needs a server was measured without one by the run before, so it would begin last and run alone.
 */
export const longest = [
  'test/chaos/chaos.e2e-spec.ts',
  'test/property/hostile.spec.ts',
  'lib/embedded/embedded-postgres.spec.ts',
  'test/processes/kill.e2e-spec.ts',
  'test/e2e/poison.spec.ts',
  'test/processes/take-over.e2e-spec.ts',
];

/** Begins with the longest specs, so that no processor idles at the end; the others follow in Jest's own order. */
export default class LongestFirst extends Sequencer {
  sort(tests) {
    const place = ({ path, context }) => {
      const known = longest.findIndex((name) => join(context.config.rootDir, name) === path);
      return known === -1 ? longest.length : known;
    };
    // oxlint-disable-next-line unicorn/no-array-sort -- Jest's sequencer, not an array
    return super.sort(tests).toSorted((left, right) => place(left) - place(right));
  }
}
