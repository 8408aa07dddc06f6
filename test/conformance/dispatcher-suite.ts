import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import type { RunDispatcher, Wake } from '../../lib/dispatch/index.js';
import { until } from '../e2e/until.js';

/** What the processes of one application dispatch with. */
export interface DispatcherWorld {
  /** The dispatcher of a process: each is another one, where there can be several. */
  dispatcher(): RunDispatcher;
  close(): Promise<void>;
}

export const wake = (runId: string, priority = 0): Wake => ({ runId, reason: 'due', priority });

/** Somebody who handles runs until the test ends them. */
export class Hands {
  readonly begun: string[] = [];
  private readonly ends = new Map<string, () => void>();

  readonly handle = ({ runId }: Wake): Promise<void> => {
    this.begun.push(runId);
    return new Promise((resolve) => this.ends.set(runId, resolve));
  };

  end(runId: string): void {
    this.ends.get(runId)?.();
    this.ends.delete(runId);
  }

  endAll(): void {
    for (const runId of this.ends.keys()) this.end(runId);
  }
}

/** Long enough for a wake that must not come to come. */
const aWhile = () => pause(150);

/** What all dispatchers must do, wherever wakes go. */
export function describeDispatcher(where: string, openWorld: () => Promise<DispatcherWorld>): void {
  describe(`${where}: dispatcher`, () => {
    let world: DispatcherWorld;
    let dispatcher: RunDispatcher;
    let hands: Hands;
    beforeEach(async () => {
      world = await openWorld();
      dispatcher = world.dispatcher();
      hands = new Hands();
    });
    afterEach(async () => {
      hands.endAll();
      await world.close();
    });
    const begun = (...runIds: string[]) =>
      until(`${runIds.join(', ')} begun`, () => hands.begun.join() === runIds.join());

    it('hands wakes to the worker, also those that came before it', async () => {
      dispatcher.dispatch([wake('a')]);
      await dispatcher.listen(hands.handle, 5);
      await begun('a');
      dispatcher.dispatch([wake('b')]);
      await begun('a', 'b');
    });

    it('has no more runs handled at a time than it may', async () => {
      await dispatcher.listen(hands.handle, 2);
      dispatcher.dispatch([wake('a'), wake('b'), wake('c')]);
      await begun('a', 'b');
      await aWhile();
      expect(hands.begun).toEqual(['a', 'b']);
      hands.end('a');
      await begun('a', 'b', 'c');
    });

    it('hands out the urgent ones first, then in the order of their coming', async () => {
      await dispatcher.listen(hands.handle, 1);
      dispatcher.dispatch([wake('first')]);
      await begun('first');
      dispatcher.dispatch([wake('a'), wake('b', 5), wake('c', -1), wake('d', 5)]);
      await aWhile();
      for (const runId of ['first', 'b', 'd', 'a']) {
        const before = hands.begun.length;
        hands.end(runId);
        await until(`one after ${runId}`, () => hands.begun.length > before);
      }
      expect(hands.begun).toEqual(['first', 'b', 'd', 'a', 'c']);
    });

    it('makes one of many wakes that wait for a run', async () => {
      await dispatcher.listen(hands.handle, 1);
      dispatcher.dispatch([wake('first')]);
      await begun('first');
      for (let time = 0; time < 20; time += 1) dispatcher.dispatch([wake('a'), wake('a')]);
      await aWhile();
      hands.end('first');
      await begun('first', 'a');
      hands.end('a');
      await aWhile();
      expect(hands.begun).toEqual(['first', 'a']);
    });

    it('wakes a run for the hundredth time as for the first', async () => {
      let handled = 0;
      await dispatcher.listen(async () => void (handled += 1), 5);
      for (let time = 1; time <= 100; time += 1) {
        dispatcher.dispatch([wake('a')]);
        await until(`time ${time}`, () => handled >= time);
      }
      expect(handled).toBe(100);
    });

    it('tells the driver of a run that is being handled here, or looks at the run once more', async () => {
      const nudged: string[] = [];
      let isDriven = true;
      await dispatcher.listen(hands.handle, 5, ({ runId }) => isDriven && nudged.push(runId) > 0);
      dispatcher.dispatch([wake('a')]);
      await begun('a');
      dispatcher.dispatch([wake('a')]);
      await until('the driver is told', () => nudged.join() === 'a');
      isDriven = false;
      dispatcher.dispatch([wake('a')]);
      await aWhile();
      expect(hands.begun).toEqual(['a']);
      hands.end('a');
      await begun('a', 'a');
    });

    it('survives handlers that fail, and goes on', async () => {
      const error = jest.spyOn(Logger.prototype, 'error').mockImplementation(() => undefined);
      const handled: string[] = [];
      await dispatcher.listen(async ({ runId }) => {
        handled.push(runId);
        if (runId === 'a') throw new Error('broken');
      }, 1);
      dispatcher.dispatch([wake('a'), wake('b')]);
      await until('both handled', () => handled.join() === 'a,b');
      expect(error).toHaveBeenCalledWith(expect.stringContaining('broken'), expect.anything());
      error.mockRestore();
    });

    it('ends when the running ones are done, and takes no new ones', async () => {
      await dispatcher.listen(hands.handle, 1);
      dispatcher.dispatch([wake('a'), wake('b')]);
      await begun('a');
      let isClosed = false;
      const closing = dispatcher.close(10_000).then(() => (isClosed = true));
      dispatcher.dispatch([wake('c')]);
      await aWhile();
      expect(isClosed).toBe(false);
      hands.end('a');
      await closing;
      expect(hands.begun).toEqual(['a']);
    });

    it('ends at the latest when the time is over', async () => {
      await dispatcher.listen(hands.handle, 1);
      dispatcher.dispatch([wake('a')]);
      await begun('a');
      await expect(dispatcher.close(50)).resolves.toBeUndefined();
    });

    it('may be closed without ever having begun', async () => {
      dispatcher.dispatch([wake('a')]);
      // There is nothing to wait for.
      await expect(dispatcher.close(600_000)).resolves.toBeUndefined();
      dispatcher.dispatch([wake('b')]);
      // Whoever comes next is not burdened with what was lost.
      const next = world.dispatcher();
      await next.listen(hands.handle, 5);
      next.dispatch([wake('c')]);
      await until('c begun', () => hands.begun.includes('c'));
      expect(hands.begun).not.toContain('b');
    });
  });
}
