import { setImmediate as nextTurn } from 'node:timers/promises';
import { beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { SystemClock } from '../clock/index.js';
import { InProcessDispatcher } from './in-process-dispatcher.js';
import type { Wake } from './run-dispatcher.js';

const wake = (runId: string, priority = 0): Wake => ({ runId, reason: 'due', priority });

class ManualClock extends SystemClock {
  fire: (() => void) | undefined;

  override after(_milliseconds: number, fire: () => void) {
    this.fire = fire;
    return { cancel: () => (this.fire = undefined) };
  }
}

describe('InProcessDispatcher', () => {
  let clock: ManualClock;
  let dispatcher: InProcessDispatcher;
  let handled: string[];
  let finish: Map<string, () => void>;
  /** Handles a run until the test finishes it. */
  const handler = ({ runId }: Wake): Promise<void> => {
    handled.push(runId);
    return new Promise((resolve) => finish.set(runId, resolve));
  };
  const end = async (runId: string) => {
    finish.get(runId)?.();
    await nextTurn();
  };

  beforeEach(() => {
    clock = new ManualClock();
    dispatcher = new InProcessDispatcher(clock);
    handled = [];
    finish = new Map();
  });

  it('handles no more runs at a time than it may', async () => {
    await dispatcher.listen(handler, 2);
    dispatcher.dispatch([wake('a'), wake('b'), wake('c')]);
    expect(handled).toEqual(['a', 'b']);
    await end('a');
    expect(handled).toEqual(['a', 'b', 'c']);
  });

  it('takes the urgent ones first, then in the order of their coming', async () => {
    dispatcher.dispatch([wake('a'), wake('b', 5), wake('c', -1), wake('d', 5), wake('a', 9)]);
    await dispatcher.listen(handler, 1);
    for (const runId of ['a', 'b', 'd']) await end(runId);
    expect(handled).toEqual(['a', 'b', 'd', 'c']);
  });

  it('makes one of many wakes that wait for a run', async () => {
    dispatcher.dispatch([wake('a'), wake('a'), wake('a')]);
    await dispatcher.listen(handler, 3);
    await end('a');
    expect(handled).toEqual(['a']);
  });

  it('looks at a run once more when a wake came while it was being handled', async () => {
    await dispatcher.listen(handler, 3);
    dispatcher.dispatch([wake('a')]);
    dispatcher.dispatch([wake('a'), wake('a')]);
    expect(handled).toEqual(['a']);
    await end('a');
    expect(handled).toEqual(['a', 'a']);
    await end('a');
    expect(handled).toEqual(['a', 'a']);
  });

  it('survives handlers that fail, and goes on', async () => {
    const error = jest.spyOn(Logger.prototype, 'error').mockImplementation(() => undefined);
    await dispatcher.listen(async ({ runId }) => {
      handled.push(runId);
      if (runId === 'a') throw new Error('broken');
    }, 1);
    dispatcher.dispatch([wake('a'), wake('b')]);
    await nextTurn();
    expect(handled).toEqual(['a', 'b']);
    expect(error).toHaveBeenCalledWith(expect.stringContaining('broken'), expect.anything());
    error.mockRestore();
  });

  it('closes when the running ones are done, and takes no new ones', async () => {
    await dispatcher.listen(handler, 1);
    dispatcher.dispatch([wake('a'), wake('b')]);
    let closed = false;
    const closing = dispatcher.close(1_000).then(() => (closed = true));
    dispatcher.dispatch([wake('c')]);
    await nextTurn();
    expect(closed).toBe(false);
    await end('a');
    await closing;
    expect(handled).toEqual(['a']);
  });

  it('closes at the latest when the time is over', async () => {
    await dispatcher.listen(handler, 1);
    dispatcher.dispatch([wake('a')]);
    const closing = dispatcher.close(1_000);
    clock.fire?.();
    await expect(closing).resolves.toBeUndefined();
  });
});
