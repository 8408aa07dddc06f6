import { beforeEach, describe, expect, it } from '@jest/globals';
import { RunCancelledError, Step, StepContext, Workflow } from 'nestjs-nestor';
import { stores } from './host.js';
import { Latch } from './latch.js';
import { sharedHost } from './shared-host.js';

let begun = new Latch();
let aborted = new Latch<unknown>();
let after: string[] = [];

@Workflow()
class LongWorkflow {
  @Step() async work(ctx: StepContext) {
    ctx.abortSignal.addEventListener('abort', () => aborted.open(ctx.abortSignal.reason));
    begun.open();
    await aborted.opened;
    // A zombie that goes on all the same.
    await ctx.once('late', () => after.push('late')).catch((error: Error) => after.push(error.name));
    return 'done';
  }

  @Step({ after: 'work' }) next() {
    after.push('next');
  }
}

describe.each(stores)('cancel (%s)', (store) => {
  const shared = sharedHost(store, [LongWorkflow]);
  beforeEach(() => {
    begun = new Latch();
    aborted = new Latch();
    after = [];
  });

  it('reaches the AbortSignal of the running step within a moment, and nothing after it has an effect', async () => {
    const handle = await shared.t.start(LongWorkflow, null);
    await begun.opened;
    const before = performance.now();
    await handle.cancel('wrong customer');
    expect(await aborted.opened).toBeInstanceOf(RunCancelledError);
    expect(performance.now() - before).toBeLessThan(2_500);
    const result = await handle.result();
    expect(result.status).toBe('cancelled');
    expect('error' in result && result.error.message).toContain('wrong customer');
    await new Promise((resolve) => setImmediate(resolve));
    expect(after).toEqual(['StepClosedError']);
    expect(await shared.t.history(handle.id)).toEqual([
      'run.created',
      'run.started',
      'cancel.requested',
      'step.failed work',
      'run.cancelled',
    ]);
  });

  it('of a run that has ended changes nothing', async () => {
    const handle = await shared.t.start(LongWorkflow, null);
    await begun.opened;
    aborted.open('let it end');
    await handle.result();
    await handle.cancel('too late');
    expect(await handle.status()).toBe('completed');
    expect((await shared.t.history(handle.id)).at(-1)).toBe('run.completed');
  });

  it('by twenty callers at once ends the run once', async () => {
    const handle = await shared.t.start(LongWorkflow, null);
    await begun.opened;
    await Promise.all(Array.from({ length: 20 }, (_, caller) => handle.cancel(`caller ${caller}`)));
    await handle.result();
    const history = await shared.t.history(handle.id);
    expect(history.filter((line) => line === 'run.cancelled')).toHaveLength(1);
    expect(history.at(-1)).toBe('run.cancelled');
  });
});
