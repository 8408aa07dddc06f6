import { type Finding, median } from '../measurement.js';
import { questions } from './corpus.js';

/** Milliseconds that each search takes, one after the other, after some that do not count. */
export async function times(
  searches: number,
  search: (question: string, index: number) => Promise<number>,
): Promise<number[]> {
  const asked = questions(searches);
  for (const [index, question] of asked.slice(0, 10).entries()) await search(question, index);
  const taken: number[] = [];
  for (const [index, question] of asked.entries()) {
    const begin = performance.now();
    await search(question, index);
    taken.push(performance.now() - begin);
  }
  return taken;
}

export function finding(workload: string, metric: string, value: number, unit: string): Finding {
  return { workload, metric, value, unit };
}

function percentile(taken: readonly number[], share: number): number {
  const sorted = taken.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export function searchFindings(workload: string, what: string, taken: readonly number[]): Finding[] {
  return [
    finding(workload, `${what}, median`, median(taken), 'ms'),
    finding(workload, `${what}, p95`, percentile(taken, 0.95), 'ms'),
  ];
}

/** How many a second. */
export async function rate(count: number, work: () => Promise<void>): Promise<number> {
  const begin = performance.now();
  await work();
  return (count / (performance.now() - begin)) * 1_000;
}
