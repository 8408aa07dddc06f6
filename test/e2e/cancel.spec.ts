import { beforeEach, describe, expect, it } from '@jest/globals';
import { delegate, RunCancelledError, Step, StepContext, Workflow } from 'nestjs-nestor';
import { stores } from './host.js';
import { Latch } from './latch.js';
import { sharedHost } from './shared-host.js';
import { until } from './until.js';

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

@Workflow()
class ParentWorkflow {
  @Step({ delegate: LongWorkflow, compensate: 'undo' }) child() {
    return delegate(LongWorkflow, null);
  }
  undo() {
    after.push('undone');
  }
}

@Workflow()
class GrandparentWorkflow {
  @Step({ compensate: 'undo' }) first() {
    return 1;
  }
  undo() {
    after.push('undone first');
  }
  @Step({ delegate: ParentWorkflow, after: 'first' }) child() {
    return delegate(ParentWorkflow, null);
  }
}

describe.each(stores)('cancel (%s)', (store) => {
  const shared = sharedHost(store, [LongWorkflow, ParentWorkflow, GrandparentWorkflow]);
  beforeEach(() => {
    begun = new Latch();
    aborted = new Latch();
    after = [];
  });

  it('reaches the AbortSignal of the running step within a moment, and nothing after it has an effect', async () => {
    const handle = await shared.t.start(LongWorkflow, null);
    await begun.opened;
    await handle.cancel('wrong customer');
    expect(await aborted.opened).toBeInstanceOf(RunCancelledError);
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

  it('goes down to the children of children, whose running steps hear of it, and undoes what had completed', async () => {
    const { t } = shared;
    const { id } = await t.start(GrandparentWorkflow, null);
    await begun.opened;
    await t.orchestrator.handle(id).cancel('all of it');
    expect(await aborted.opened).toBeInstanceOf(RunCancelledError);
    expect((await t.orchestrator.handle(id).result()).status).toBe('cancelled');
    await until('the others have ended', async () => {
      const { items } = await t.orchestrator.find({ limit: 100 });
      return items.every(({ status }) => ['completed', 'cancelled'].includes(status));
    });
    const { items } = await t.orchestrator.find({ limit: 100, status: 'cancelled' });
    const family = new Set([id]);
    for (const run of items.toReversed()) if (family.has(run.parentRunId ?? '')) family.add(run.id);
    expect(family.size).toBe(3);
    // The zombie's refused call, and the step that had completed; a child that never completed is nothing to undo.
    expect(after.toSorted()).toEqual(['StepClosedError', 'undone first']);
  });

  it('of a paused run ends it, and a second reason changes nothing', async () => {
    const handle = await shared.t.start(LongWorkflow, null);
    await begun.opened;
    await handle.pause('for now');
    aborted.open('let it end');
    await shared.t.result(handle.id);
    await handle.cancel('no more');
    const result = await handle.result();
    expect(result.status).toBe('cancelled');
    await handle.cancel('again');
    expect((await shared.t.history(handle.id)).filter((line) => line === 'cancel.requested')).toHaveLength(1);
    expect(after).not.toContain('next');
  });

  it('with a reason that is too long is on record with a cut one', async () => {
    const handle = await shared.t.start(LongWorkflow, null);
    await begun.opened;
    await handle.cancel('x'.repeat(40_000));
    await handle.result();
    const { items } = await shared.t.audit.find({ runId: handle.id, type: 'cancel.requested' });
    const [requested] = items;
    if (requested?.type !== 'cancel.requested') throw new Error('nothing was requested');
    expect(requested.payload.reason?.length).toBeLessThan(33_000);
    expect(requested.payload.reason).toMatch(/^x{1000}/);
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
