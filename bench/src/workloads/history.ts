import type { Engine } from '../engine.js';
import type { Finding } from '../measurement.js';
import type { Sizes } from '../sizes.js';
import { alone, together, warmUp } from './speed.js';
import { timed } from './timing.js';

/** How long a new process takes until its first run has ended, and how fast it is then. */
export async function withTables(engine: Engine, sizes: Sizes, suffix: string): Promise<Finding[]> {
  const { wall } = await timed(async () => {
    await engine.open();
    await engine.runSequential();
  });
  await warmUp(engine);
  return [
    { workload: `start-up${suffix}`, metric: 'until the first run has ended', value: wall, unit: 'ms' },
    ...(await alone(engine, sizes.alone, `alone${suffix}`)),
    ...(await together(engine, 200, sizes.waves, `200 at once${suffix}`)),
  ];
}
