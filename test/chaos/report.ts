import type { Report } from './environment.js';

/** How many times processes were killed, by whatever fault. */
export function killsIn({ faults }: Report): number {
  return sum(Object.entries(faults).flatMap(([name, count]) => (name.startsWith('killed') ? [count] : [])));
}

export function runsIn({ runs }: Report): number {
  return sum(Object.values(runs));
}

/** For people. */
export function inWords(report: Report): string {
  const { runs, faults, deaths, takeOvers, executions, inDoubt, violations } = report;
  const lines = [
    `runs: ${runsIn(report)} ${JSON.stringify(runs)}`,
    `kills: ${killsIn(report)}`,
    `faults: ${sum(Object.values(faults))} ${JSON.stringify(faults)}`,
    `worker processes that died: ${deaths}`,
    `take-overs: ${takeOvers}`,
    `executions of step bodies: ${executions}`,
    `calls in doubt: ${inDoubt}`,
    `violations: ${violations.length}`,
    ...violations.map(({ invariant, run, detail }) => `  ${run} ${invariant}: ${detail}`),
  ];
  return `${lines.join('\n')}\n`;
}

function sum(counts: readonly number[]): number {
  return counts.reduce((a, b) => a + b, 0);
}
