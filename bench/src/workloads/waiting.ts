import type { Engine } from '../engine.js';
import type { Finding } from '../measurement.js';

/** What runs that wait for somebody cost in the memory of the process that began them. */
export async function waitingMemory(engine: Engine, runs: number): Promise<Finding[]> {
  if (!engine.park) return [];
  // What is needed to begin so many, a process keeps for the next ones: that is not a cost of a waiting one.
  const before = await parked(engine, runs);
  const after = await parked(engine, runs);
  const workload = 'waiting';
  return [
    { workload, metric: 'heap', value: megabytes(after.heapUsed - before.heapUsed), unit: 'MB' },
    { workload, metric: 'resident', value: megabytes(after.rss - before.rss), unit: 'MB' },
  ];
}

/** A thousand at a time, so that garbage is not taken for memory that somebody needs. */
async function parked(engine: Engine, runs: number): Promise<NodeJS.MemoryUsage> {
  for (let begun = 0; begun < runs; begun += 1_000) {
    await engine.park?.(Math.min(1_000, runs - begun));
    settled();
  }
  return settled();
}

function megabytes(bytes: number): number {
  return bytes / 1_048_576;
}

/** After everything that is garbage has been collected. */
function settled(): NodeJS.MemoryUsage {
  const { gc } = globalThis;
  if (!gc) throw new Error('run with --expose-gc');
  void gc();
  void gc();
  return process.memoryUsage();
}
