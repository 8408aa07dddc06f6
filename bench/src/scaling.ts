import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Orchestrator, type WorkflowClass } from 'nestjs-nestor';
import { kill } from './children.js';
import { BenchDatabase } from './database.js';
import { type Measurement, medians } from './measurement.js';
import { type HostOptions, openHost } from './scaling-host.js';
import { AskingWorkflow, BusyWorkflow } from './scaling-workflows.js';
import { full } from './sizes.js';
import { environment, table } from './table.js';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    workers: { type: 'string', default: '1,2,4' },
    redis: { type: 'string', default: process.env['REDIS_URL'] ?? 'redis://127.0.0.1:6379' },
  },
});
const steps = 5;
const rounds = Number(values.rounds);
const workloads: readonly (readonly [string, WorkflowClass, number])[] = [
  ['steps that wait 100 ms', AskingWorkflow, 400],
  ['steps that do nothing', BusyWorkflow, 1_000],
];

/** So many processes drive what another one starts. */
async function measure(workers: number, redis: string | undefined): Promise<Measurement[]> {
  const database = await BenchDatabase.open('scaling');
  const common = { url: database.url, ...(redis && { redis }) };
  const starter = await openHost({ ...common, role: 'start' });
  const children = await Promise.all(
    Array.from({ length: workers }, () => worker({ ...common, role: 'work' })),
  );
  const orchestrator = starter.get(Orchestrator);
  const found: Measurement[] = [];
  for (const [workload, workflow, runs] of workloads) {
    const start = (count: number) =>
      orchestrator.startMany(
        workflow,
        Array.from({ length: count }, () => 'x'.repeat(200)),
      );
    await start(50);
    await untilFinished(database);
    const begun = performance.now();
    await start(runs);
    await untilFinished(database);
    const seconds = (performance.now() - begun) / 1_000;
    found.push({
      workload,
      engine: `${workers} ${workers === 1 ? 'worker' : 'workers'}`,
      metric: redis ? 'through Redis' : 'through PostgreSQL',
      value: (runs * steps) / seconds,
      unit: 'steps/s',
    });
  }
  await Promise.all(children.map(kill));
  await starter.close();
  await database.drop();
  return found;
}

async function worker(options: HostOptions): Promise<ChildProcess> {
  const child = fork(join(import.meta.dirname, 'scaling-host.js'));
  child.send(options);
  await once(child, 'message');
  return child;
}

async function untilFinished(database: BenchDatabase): Promise<void> {
  await database.within(async (client) => {
    for (;;) {
      const { rowCount } = await client.query(
        'SELECT FROM orchestration_run WHERE finished_at IS NULL LIMIT 1',
      );
      if (rowCount === 0) return;
      await pause(10);
    }
  });
}

const before = await environment({ ...full, rounds });
const found: Measurement[] = [];
for (let round = 1; round <= rounds; round++) {
  for (const workers of values.workers.split(',').map(Number)) {
    for (const redis of [undefined, values.redis]) {
      const figures = await measure(workers, redis);
      found.push(...figures);
      for (const { workload, metric, value } of figures)
        process.stderr.write(
          `${round}/${rounds} · ${workers} · ${metric} · ${workload}: ${Math.round(value)}\n`,
        );
    }
  }
}
process.stdout.write(`\n${before}\n\n${table(medians(found))}\n`);
process.exit(0);
