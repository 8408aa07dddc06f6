import { type Finding, median } from '../measurement.js';
import { questions } from './corpus.js';

/** Searches, one after the other. */
export interface Searched {
  /** Milliseconds that each took. */
  readonly taken: readonly number[];
  /** How many passages each found, on average. */
  readonly found: number;
}

/** Searches after some that do not count. @param search gives how many it has found */
export async function times(
  searches: number,
  search: (question: string, index: number) => Promise<number>,
): Promise<Searched> {
  const asked = questions(searches);
  for (const [index, question] of asked.slice(0, 10).entries()) await search(question, index);
  const taken: number[] = [];
  let found = 0;
  for (const [index, question] of asked.entries()) {
    const begin = performance.now();
    found += await search(question, index);
    taken.push(performance.now() - begin);
  }
  return { taken, found: found / searches };
}

export function finding(workload: string, metric: string, value: number, unit: string): Finding {
  return { workload, metric, value, unit };
}

function percentile(taken: readonly number[], share: number): number {
  const sorted = taken.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export function searchFindings(workload: string, what: string, { taken, found }: Searched): Finding[] {
  return [
    finding(workload, `${what}, median`, median(taken), 'ms'),
    finding(workload, `${what}, p95`, percentile(taken, 0.95), 'ms'),
    finding(workload, `${what}, found`, found, 'of 5'),
  ];
}

/** How many a second. */
export async function rate(count: number, work: () => Promise<void>): Promise<number> {
  const begin = performance.now();
  await work();
  return (count / (performance.now() - begin)) * 1_000;
}
