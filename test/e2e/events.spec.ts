import { beforeEach, describe, expect, it } from '@jest/globals';
import { lastValueFrom, toArray } from 'rxjs';
import { RunNotFoundError, Step, StepContext, Workflow } from 'nestjs-nestor';
import { stores } from './host.js';
import { Latch } from './latch.js';
import { sharedHost } from './shared-host.js';

let go = new Latch();

@Workflow()
class ProgressWorkflow {
  @Step() async work(ctx: StepContext) {
    await go.opened;
    ctx.progress({ done: 1, of: 2 });
    return 'work';
  }

  @Step({ after: 'work' }) end() {
    return 'end';
  }
}

const names = (events: readonly { type: string; step?: string | undefined }[]) =>
  events.map(({ type, step }) => (step === undefined ? type : `${type} ${step}`));

describe.each(stores)('handle.events() (%s)', (store) => {
  const shared = sharedHost(store, [ProgressWorkflow]);
  beforeEach(() => {
    go = new Latch();
  });

  it('brings every record in order, what passes in between, and ends with the run', async () => {
    const handle = await shared.t.start(ProgressWorkflow, null);
    const all = lastValueFrom(handle.events().pipe(toArray()));
    go.open();
    const events = await all;
    const records = events.filter((event) => 'seq' in event);
    expect(names(records)).toEqual(await shared.t.history(handle.id));
    expect(records.map((record) => 'seq' in record && record.seq)).toEqual([1, 2, 3, 4, 5]);
    const passing = events.filter((event) => !('seq' in event));
    expect(names(passing)).toEqual(expect.arrayContaining(['step.progress work', 'step.started end']));
    expect(passing.find(({ type }) => type === 'step.progress')).toMatchObject({
      runId: handle.id,
      value: { done: 1, of: 2 },
    });
  });

  it('of a run that has ended brings what was, and ends', async () => {
    go.open();
    const { runId } = await shared.t.run(ProgressWorkflow, null);
    const events = await lastValueFrom(shared.t.orchestrator.handle(runId).events().pipe(toArray()));
    expect(names(events)).toEqual(await shared.t.history(runId));
  });

  it('of a run that is not there says so', async () => {
    const events = shared.t.orchestrator.handle('0199a1b2-0000-7000-8000-000000000000').events();
    await expect(lastValueFrom(events)).rejects.toBeInstanceOf(RunNotFoundError);
  });

  it('of a run that is not there says so also to who asks for what follows a record', async () => {
    const missing = shared.t.orchestrator.handle('018f4a3e-0000-7000-8000-000000000000');
    await expect(lastValueFrom(missing.events({ after: 3 }))).rejects.toBeInstanceOf(RunNotFoundError);
  });

  it('those who have heard enough do not disturb the others', async () => {
    const handle = await shared.t.start(ProgressWorkflow, null);
    const first = handle.events().subscribe();
    const all = lastValueFrom(handle.events().pipe(toArray()));
    first.unsubscribe();
    go.open();
    expect(names(await all).at(-1)).toBe('run.completed');
  });
});
