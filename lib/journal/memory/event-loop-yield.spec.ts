import { expect, it } from '@jest/globals';
import { EventLoopYield } from './event-loop-yield.js';

function beBusyFor(milliseconds: number): void {
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
}

it('lets nobody overtake those who wait for a breath: a record would come after the end of its run', async () => {
  const breath = new EventLoopYield();
  expect(breath.isDue).toBe(false);
  beBusyFor(15);
  const order: string[] = [];
  const pass = async (name: string) => {
    if (breath.isDue) await breath.take();
    await undefined;
    order.push(name);
  };
  await Promise.all([pass('first').then(() => pass('third')), pass('second')]);
  expect(order).toEqual(['first', 'second', 'third']);
  expect(breath.isDue).toBe(false);
});
