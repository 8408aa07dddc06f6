import { inChild } from './children.js';
import type { BenchDatabase, Counters } from './database.js';
import { shape } from './engine.js';
import type { EngineId } from './engines/index.js';
import type { Measurement } from './measurement.js';
import type { Sizes } from './sizes.js';

/**
 * What a step makes the database write. A process that only opens and closes is measured first and taken off, and
 * each count is read after the process has gone: only then are its sessions' counters complete.
 */
export async function writes(
  engine: EngineId,
  database: BenchDatabase,
  sizes: Sizes,
  load: { readonly atOnce: number; readonly waves: number; readonly workload: string },
): Promise<Measurement[]> {
  const { atOnce, waves, workload } = load;
  const order = { engine, url: database.url, sizes };
  await inChild({ ...order, job: { kind: 'write', atOnce, waves: 1 } });
  const start = await database.counters();
  await inChild({ ...order, job: { kind: 'idle' } });
  const idle = await database.counters();
  const { name } = await inChild({ ...order, job: { kind: 'write', atOnce, waves } });
  const end = await database.counters();
  const steps = atOnce * waves * shape.steps;
  const figure = (metric: string, key: keyof Counters, unit: string): Measurement => ({
    workload,
    engine: name,
    metric,
    value: (end[key] - idle[key] - (idle[key] - start[key])) / steps,
    unit,
  });
  return [
    figure('commits a step', 'commits', 'commits'),
    figure('WAL a step', 'wal', 'bytes'),
    figure('rows inserted a step', 'inserted', 'rows'),
    figure('rows updated a step', 'updated', 'rows'),
  ];
}
