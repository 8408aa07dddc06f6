import type { Verdict } from '../../decorators/index.js';

export type VerdictName = Verdict['verdict'];

/** Later outranks earlier. */
export const verdictsByStrictness = [
  'allow',
  'warn',
  'transform',
  'reject',
  'escalate',
  'block',
] as const satisfies readonly VerdictName[];

/** The stricter of two verdicts. */
export function stricter(a: VerdictName, b: VerdictName): VerdictName {
  return verdictsByStrictness.indexOf(b) > verdictsByStrictness.indexOf(a) ? b : a;
}

/** What counts of several verdicts about one value; `allow` where there is none. */
export function strictest(verdicts: readonly VerdictName[]): VerdictName {
  return verdicts.reduce(stricter, 'allow');
}
