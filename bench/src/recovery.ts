import { setTimeout as pause } from 'node:timers/promises';
import { kill, nextReport, spawn } from './children.js';
import type { BenchDatabase } from './database.js';
import { shape } from './engine.js';
import type { EngineId } from './engines/index.js';
import type { Order } from './jobs.js';
import type { Measurement } from './measurement.js';
import type { Sizes } from './sizes.js';

/** Longer than this nobody waits; the figure says so by being it. Milliseconds. */
const patience = 120_000;
const workload = 'kill -9';

/**
 * A process with runs in flight is killed in the middle, a second one is started at once. From the kill until every
 * step of every run has happened, and how many have happened twice.
 */
export async function recovery(
  engine: EngineId,
  database: BenchDatabase,
  sizes: Sizes,
): Promise<Measurement[]> {
  const ids = Array.from({ length: sizes.killed }, (_, index) => `run-${index}`);
  const order = (kind: 'begin' | 'recover'): Order => ({
    engine,
    url: database.url,
    job: { kind, ids },
    sizes,
  });
  const all = ids.length * shape.steps;

  const first = spawn(order('begin'));
  await nextReport(first, order('begin'));
  await until(database, (done) => done >= all * 0.4, patience);
  await kill(first);
  const killed = performance.now();
  const before = await effects(database);

  const second = spawn(order('recover'));
  const { name } = await nextReport(second, order('recover'));
  await until(database, (done) => done >= all, patience);
  const seconds = (performance.now() - killed) / 1_000;
  // Whatever would still be repeated has time to show.
  await pause(500);
  const { performed, done } = await effects(database);
  await kill(second);
  return [
    { workload, engine: name, metric: 'until all is done', value: seconds, unit: 's' },
    { workload, engine: name, metric: 'steps run twice', value: performed - done, unit: 'steps' },
    { workload, engine: name, metric: 'steps missing', value: all - done, unit: 'steps' },
    { workload, engine: name, metric: 'steps left at the kill', value: all - before.done, unit: 'steps' },
  ];
}

async function until(
  database: BenchDatabase,
  isEnough: (done: number) => boolean,
  most: number,
): Promise<void> {
  const begun = performance.now();
  while (!isEnough((await effects(database)).done) && performance.now() - begun < most) await pause(20);
}

function effects(database: BenchDatabase): Promise<{ performed: number; done: number }> {
  return database.within(async (client) => {
    const { rows } = await client.query<{ performed: number; done: number }>(
      'SELECT count(*)::int AS performed, count(DISTINCT (run, step))::int AS done FROM bench_effect',
    );
    return rows[0] ?? { performed: 0, done: 0 };
  });
}
