import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Order, Report } from './jobs.js';

/** Does one job in a process of its own, and gives back what it has found. */
export async function inChild(order: Order): Promise<Extract<Report, { kind: 'done' }>> {
  const child = spawn(order);
  for (;;) {
    const report = await nextReport(child, order);
    if (report.kind === 'done') {
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
      return report;
    }
  }
}

/** A process that continues until it is killed. */
export function spawn(order: Order): ChildProcess {
  const child = fork(join(import.meta.dirname, 'child.js'), {
    execArgv: ['--expose-gc', ...(process.env['BENCH_NODE_OPTIONS']?.split(' ') ?? [])],
  });
  child.send(order);
  return child;
}

/** @throws if the child ends without a word */
export function nextReport(child: ChildProcess, { engine, job }: Order): Promise<Report> {
  return new Promise((resolve, reject) => {
    const failed = (code: number | null) =>
      reject(new Error(`${engine}, ${job.kind}: the process ended with ${code ?? 'a signal'}`));
    child.once('exit', failed);
    child.once('message', (report) => {
      child.off('exit', failed);
      // It runs the same program.
      resolve(report as Report);
    });
  });
}

export async function kill(child: ChildProcess): Promise<void> {
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}
