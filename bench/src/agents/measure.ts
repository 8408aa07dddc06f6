import { type AgentContender, type Task } from './contender.js';
import type { Finding } from '../measurement.js';

/** What a child process does. */
export type AgentJob =
  | { readonly kind: 'speed'; readonly runs: number }
  | { readonly kind: 'write'; readonly turns: number; readonly runs: number }
  | { readonly kind: 'park'; readonly turns: number }
  | { readonly kind: 'resume'; readonly id: string };

const turns = 20;

export async function perform(contender: AgentContender, job: AgentJob): Promise<readonly Finding[]> {
  switch (job.kind) {
    case 'speed':
      return speed(contender, job.runs);
    case 'write':
      await alone(contender, { turns: job.turns, calls: 1 }, job.runs);
      return [];
    case 'park':
      return [];
    case 'resume':
      return restart(contender, job.id);
  }
}

async function speed(contender: AgentContender, runs: number): Promise<readonly Finding[]> {
  // Until the code is compiled.
  await alone(contender, { turns, calls: 4 }, Math.ceil(runs / 2));
  await atOnce(contender, 20);
  const one = await alone(contender, { turns, calls: 1 }, runs);
  const four = await alone(contender, { turns, calls: 4 }, runs);
  const call = (four.ms - one.ms) / runs / turns / 3;
  const many = await atOnce(contender, 100);
  return [
    { workload: 'one agent', metric: 'a turn with one tool call', value: one.ms / runs / turns, unit: 'ms' },
    { workload: 'one agent', metric: 'one more tool call', value: call, unit: 'ms' },
    { workload: 'one agent', metric: 'client CPU a turn', value: one.cpu / runs / turns, unit: 'µs' },
    {
      workload: '100 agents',
      metric: 'turns a second',
      value: (100 * turns) / (many.ms / 1_000),
      unit: '1/s',
    },
    { workload: '100 agents', metric: 'client CPU a turn', value: many.cpu / 100 / turns, unit: 'µs' },
  ];
}

async function restart(contender: AgentContender, id: string): Promise<readonly Finding[]> {
  const { cpu, ms } = await timed(async () => contender.resume?.(id));
  return [
    { workload: 'restart at turn 200', metric: 'client CPU', value: cpu / 1_000, unit: 'ms' },
    { workload: 'restart at turn 200', metric: 'until it has ended', value: ms, unit: 'ms' },
  ];
}

function alone(contender: AgentContender, task: Task, runs: number) {
  return timed(async () => {
    for (let run = 0; run < runs; run++) await contender.run(task);
  });
}

function atOnce(contender: AgentContender, agents: number) {
  return timed(() => Promise.all(Array.from({ length: agents }, () => contender.run({ turns, calls: 1 }))));
}

/** `ms`: of the clock; `cpu`: microseconds of this process. */
async function timed(work: () => Promise<unknown>): Promise<{ readonly ms: number; readonly cpu: number }> {
  globalThis.gc?.();
  const [begun, used] = [performance.now(), process.cpuUsage()];
  await work();
  const { user, system } = process.cpuUsage(used);
  return { ms: performance.now() - begun, cpu: user + system };
}
