import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import type { RunDispatcher, Wake } from '../../lib/dispatch/index.js';
import { until } from '../e2e/until.js';

/** What the processes of one application dispatch with. */
export interface DispatcherWorld {
  /** The dispatcher of a process: each is another one, where there can be several. */
  dispatcher(): RunDispatcher;
  /** Until wakes for these runs wait where they wait for a place. */
  waiting(runIds: readonly string[]): Promise<void>;
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
      const runIds = Array.from({ length: 10 }, (_, index) => `run${index}`);
      dispatcher.dispatch(runIds.map((runId) => wake(runId)));
      await until('two have begun', () => hands.begun.length === 2);
      await world.waiting(runIds.slice(2));
      for (const [ended, runId] of runIds.entries()) {
        expect(hands.begun.length).toBeLessThanOrEqual(ended + 2);
        hands.end(runId);
        await until('the next one has begun', () => hands.begun.length >= Math.min(ended + 3, 10));
      }
      expect(hands.begun).toEqual(runIds);
    });

    it('hands out the urgent ones first, then in the order of their coming', async () => {
      await dispatcher.listen(hands.handle, 1);
      dispatcher.dispatch([wake('first')]);
      await begun('first');
      dispatcher.dispatch([wake('a'), wake('b', 5), wake('c', -1), wake('d', 5)]);
      await world.waiting(['a', 'b', 'c', 'd']);
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
      // Comes after all of them.
      dispatcher.dispatch([wake('last', -1)]);
      await world.waiting(['a', 'last']);
      hands.end('first');
      await begun('first', 'a');
      hands.end('a');
      await begun('first', 'a', 'last');
    });

    it('wakes a run for the hundredth time as for the first', async () => {
      let handled = 0;
      await dispatcher.listen(async () => void (handled += 1), 5);
      for (let time = 1; time <= 100; time += 1) {
        // Not `time`: a wake may be doubled.
        const before = handled;
        dispatcher.dispatch([wake('a')]);
        await until(`time ${time}`, () => handled > before);
      }
    });

    it('tells the driver of a run that is being handled here, or looks at the run once more', async () => {
      const nudged: string[] = [];
      let isDriven = true;
      await dispatcher.listen(hands.handle, 5, ({ runId }) => nudged.push(runId) > 0 && isDriven);
      dispatcher.dispatch([wake('a')]);
      await begun('a');
      dispatcher.dispatch([wake('a')]);
      await until('the driver is told', () => nudged.join() === 'a');
      isDriven = false;
      dispatcher.dispatch([wake('a')]);
      await until('the driver was asked for', () => nudged.join() === 'a,a');
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
      const ended: string[] = [];
      const closing = dispatcher.close(10_000).then(() => ended.push('dispatcher'));
      dispatcher.dispatch([wake('c')]);
      for (let turn = 0; turn < 20; turn += 1) await nextTurn();
      ended.push('run');
      hands.end('a');
      await closing;
      expect(ended).toEqual(['run', 'dispatcher']);
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
      // The next listener does not get what was lost.
      const next = world.dispatcher();
      await next.listen(hands.handle, 5);
      next.dispatch([wake('c')]);
      await until('c begun', () => hands.begun.includes('c'));
      expect(hands.begun).not.toContain('b');
    });
  });
}
