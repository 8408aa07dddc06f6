import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RateAsk } from '../../lib/limits/rates/rate-buckets.js';
import { newId } from '../../lib/values/index.js';
import { startProcess, type World } from './world.js';

/** What all buckets of rate limits must do, wherever they are kept. */
export function describeRates(where: string, openWorld: () => Promise<World>): void {
  describe(`${where}: rate limits`, () => {
    let world: World;
    beforeAll(async () => {
      world = await openWorld();
      // So many that nothing is taken to be at hand.
      for (let count = 0; count < 20; count++) await startProcess(world);
    }, 60_000);
    afterAll(() => world.close());

    const ask = (key: string, amount: number, more: Partial<RateAsk> = {}): RateAsk => {
      return { key, amount, capacity: 60, window: 60_000, returned: 0, mayOwe: false, ...more };
    };

    it('let through what a window allows, to all processes together, and say when there is more', async () => {
      const key = newId();
      const [one, other] = [world.rates(), world.rates()];
      const taken = await Promise.all(
        Array.from({ length: 50 }, (_, index) => (index % 2 ? one : other).take([ask(key, 2)])),
      );
      expect(taken.flat().filter((each) => each.taken > 0)).toHaveLength(30);
      const [refused] = await one.take([ask(key, 30)]);
      expect(refused?.taken).toBe(0);
      expect(refused?.wait).toBeGreaterThan(25_000);
      expect(refused?.wait).toBeLessThanOrEqual(30_000);
      world.clock.advance(30_000);
      expect(await other.take([ask(key, 30)])).toEqual([{ taken: 30, wait: 0 }]);
    });

    it('forget buckets that are full again, and keep those that are not, or that owe', async () => {
      const [idle, busy, owing] = [newId(), newId(), newId()];
      const rates = world.rates();
      await rates.take([ask(idle, 60), ask(owing, 60), ask(owing, 200, { mayOwe: true })]);
      world.clock.advance(61_000);
      await rates.take([ask(busy, 60)]);
      await rates.prune(60_000);
      const [full, empty, owed] = await rates.take([ask(idle, 60), ask(busy, 60), ask(owing, 60)]);
      expect([full?.taken, empty?.taken, owed?.taken]).toEqual([60, 0, 0]);
    });

    it('hand out turns to those who wait, none twice', async () => {
      const key = newId();
      const rates = world.rates();
      await rates.take([ask(key, 60)]);
      const taken = await Promise.all(
        Array.from({ length: 5 }, () => rates.take([ask(key, 1, { mayOwe: true })])),
      );
      const waits = taken.flat().map(({ wait }) => Math.ceil(wait / 1_000));
      expect(waits.toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5]);
    });

    it('take back what was not used', async () => {
      const key = newId();
      const rates = world.rates();
      await rates.take([ask(key, 60)]);
      expect(await rates.take([ask(key, 5, { returned: 5 })])).toEqual([{ taken: 5, wait: 0 }]);
      const [owing] = await rates.take([ask(key, 1, { returned: -10 })]);
      expect(owing).toMatchObject({ taken: 0 });
      expect(owing?.wait).toBeGreaterThan(9_000);
    });

    it('answer several asks in their order, also for the same bucket', async () => {
      const [a, b] = [newId(), newId()];
      const taken = await world.rates().take([ask(a, 40), ask(b, 60), ask(a, 40), ask(b, 1)]);
      expect(taken.map((each) => each.taken)).toEqual([40, 60, 0, 0]);
    });
  });
}
