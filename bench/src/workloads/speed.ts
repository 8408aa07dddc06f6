import { type Engine, shape } from '../engine.js';
import { type Finding, median } from '../measurement.js';
import type { Sizes } from '../sizes.js';
import { repeat, timed } from './timing.js';

/** So that code is compiled, connections are open, and statements are planned, as they are in a server that has been up for a minute. */
export async function warmUp(engine: Engine): Promise<void> {
  await repeat(300, () => engine.runSequential());
  await repeat(4, () => engine.runMany(50));
}

/** Ten steps one after another, one run at a time. */
export async function alone(engine: Engine, runs: number, workload: string): Promise<Finding[]> {
  const { wall, cpu } = await timed(() => repeat(runs, () => engine.runSequential()));
  const steps = runs * shape.steps;
  return [
    { workload, metric: 'a step', value: wall / steps, unit: 'ms' },
    { workload, metric: 'client CPU a step', value: (cpu / steps) * 1_000, unit: 'µs' },
  ];
}

/** The same with many runs at once. */
export async function together(
  engine: Engine,
  runs: number,
  waves: number,
  workload: string,
): Promise<Finding[]> {
  const { wall, cpu } = await timed(() => repeat(waves, () => engine.runMany(runs)));
  const steps = waves * runs * shape.steps;
  return [
    { workload, metric: 'throughput', value: (steps / wall) * 1_000, unit: 'steps/s' },
    { workload, metric: 'client CPU a step', value: (cpu / steps) * 1_000, unit: 'µs' },
  ];
}

/** One step, a hundred parallel ones, one that joins them. */
export async function fanOut(engine: Engine, times: number): Promise<Finding[]> {
  await repeat(3, () => engine.fanOut());
  const walls: number[] = [];
  await repeat(times, async () => {
    walls.push((await timed(() => engine.fanOut())).wall);
  });
  return [{ workload: 'fan-out', metric: '1 → 100 → 1', value: median(walls), unit: 'ms' }];
}

export async function speed(engine: Engine, sizes: Sizes): Promise<Finding[]> {
  await warmUp(engine);
  return [
    ...(await alone(engine, sizes.alone, 'alone')),
    ...(await together(engine, 50, sizes.waves * 2, '50 at once')),
    ...(await together(engine, 200, sizes.waves, '200 at once')),
    ...(await fanOut(engine, sizes.fanOuts)),
  ];
}

/** Without a database: what the engine itself costs. */
export async function inMemory(engine: Engine, runs: number): Promise<Finding[]> {
  await repeat(2_000, () => engine.runSequential());
  const { wall } = await timed(() => repeat(runs, () => engine.runSequential()));
  const value = (wall / (runs * shape.steps)) * 1_000;
  return [{ workload: 'in memory', metric: 'a step', value, unit: 'µs' }];
}
