import { setTimeout as pause } from 'node:timers/promises';
import { inspect } from 'node:util';
import { effectsIn } from './effects.js';
import type { Engine } from './engine.js';
import { engines } from './engines/index.js';
import type { Order, Report } from './jobs.js';
import type { Finding } from './measurement.js';
import { withTables } from './workloads/history.js';
import { inMemory, speed } from './workloads/speed.js';
import { repeat } from './workloads/timing.js';
import { waitingMemory } from './workloads/waiting.js';

/** One engine, one job: so that processor time and memory are this engine's alone. */
async function main({ engine: id, url, job, sizes }: Order): Promise<void> {
  const { create } = await engines[id].load();
  const effects = url === undefined ? undefined : effectsIn(url);
  const engine = create({
    ...(url === undefined ? {} : { url }),
    effect: effects?.leave ?? (() => Promise.resolve()),
  });
  const findings = await perform(engine, job, sizes);
  await effects?.close();
  await engine.close();
  tell({ kind: 'done', name: engine.name, findings });
  // Some engines keep timers of their own after they were closed.
  setTimeout(() => process.exit(0), 100).unref();
  process.disconnect();
}

async function perform(engine: Engine, job: Order['job'], sizes: Order['sizes']): Promise<Finding[]> {
  if (job.kind !== 'history') await engine.open();
  switch (job.kind) {
    case 'speed':
      return speed(engine, sizes);
    case 'in memory':
      return inMemory(engine, sizes.inMemory);
    case 'idle':
      return [];
    case 'write':
      await repeat(job.waves, () => engine.runMany(job.atOnce));
      return [];
    case 'seed':
      await (job.run === 'finished' ? engine.runSequential() : engine.park?.(1));
      return [];
    case 'history':
      return withTables(engine, sizes, job.suffix);
    case 'waiting':
      return waitingMemory(engine, sizes.waiting);
    case 'begin':
      await engine.begin?.(job.ids);
      return forEver(engine);
    case 'recover':
      tell({ kind: 'ready', name: engine.name });
      await engine.recover?.(job.ids);
      return forEver(engine);
  }
}

async function forEver(engine: Engine): Promise<never> {
  tell({ kind: 'ready', name: engine.name });
  for (;;) await pause(60_000);
}

function tell(report: Report): void {
  process.send?.(report);
}

process.once('message', (order) => {
  // The parent is this very program.
  main(order as Order).catch((error: unknown) => {
    process.stderr.write(`${inspect(error)}\n`);
    process.exit(1);
  });
});
