import { beforeEach, describe, expect, it } from '@jest/globals';
import { From, Input, Step, StepContext, Workflow } from 'nestjs-nestor';
import { recordsOf } from './gate/records.js';
import { stores } from './host.js';
import { Latch } from './latch.js';
import { sharedHost } from './shared-host.js';

let slow = new Latch();
let begun: string[] = [];

@Workflow({ result: 'all' })
class JoinWorkflow {
  @Step() quick() {
    return 'quick';
  }

  @Step() async slow() {
    await slow.opened;
    return 'slow';
  }

  @Step({ join: 'any' }) any(@From('quick') a: string | undefined, @From('slow') b: string | undefined) {
    begun.push('any');
    slow.open();
    return { a, b };
  }

  @Step() all(@From('quick') a: string, @From('slow') b: string, @From('any') any: object) {
    begun.push('all');
    return { a, b, any };
  }
}

type Which = { readonly left: boolean; readonly right: boolean };

@Workflow({ result: 'end' })
class SkippedWorkflow {
  @Step({ when: ({ input }: { input: Which }) => input.left }) left(@Input() _: Which) {
    return 'left';
  }

  @Step({ when: ({ input }: { input: Which }) => input.right }) right() {
    return 'right';
  }

  @Step() both(@From('left') a: string | undefined, @From('right') b: string | undefined) {
    return [a ?? 'nothing', b ?? 'nothing'];
  }

  @Step({ join: 'any' }) either(@From('left') a: string | undefined, @From('right') b: string | undefined) {
    return a ?? b;
  }

  @Step({ after: ['both', 'either'] }) end(ctx: StepContext) {
    return ctx.step;
  }
}

describe.each(stores)('join (%s)', (store) => {
  const shared = sharedHost(store, [JoinWorkflow, SkippedWorkflow]);
  beforeEach(() => {
    slow = new Latch();
    begun = [];
  });

  it("'any' begins with the first that has completed, 'all' waits for every one", async () => {
    const result = await shared.t.run(JoinWorkflow, null);
    expect(result).toMatchObject({
      status: 'completed',
      output: { a: 'quick', b: 'slow', any: { a: 'quick' } },
    });
    expect(begun).toEqual(['any', 'all']);
    const history = await shared.t.history(result.runId);
    expect(history.filter((line) => line === 'step.completed any')).toHaveLength(1);
  });

  it('one skipped dependency lets a step run, with undefined in its place', async () => {
    const { runId } = await shared.t.run(SkippedWorkflow, { left: true, right: false });
    const completed = await recordsOf(shared.t, runId, 'step.completed');
    expect(Object.fromEntries(completed.map(({ step, payload }) => [step, payload.output]))).toEqual({
      left: 'left',
      both: ['left', 'nothing'],
      either: 'left',
      end: 'end',
    });
    const skipped = await recordsOf(shared.t, runId, 'step.skipped');
    expect(skipped.map(({ step }) => step)).toEqual(['right']);
    expect(await shared.t.result(runId)).toMatchObject({ status: 'completed', output: 'end' });
  });

  it('with all dependencies skipped a step is skipped, and so is what is downstream of it', async () => {
    const result = await shared.t.run(SkippedWorkflow, { left: false, right: false });
    expect(result).toEqual(expect.objectContaining({ status: 'completed', output: undefined }));
    expect(await shared.t.history(result.runId)).toEqual([
      'run.created',
      'run.started',
      'step.skipped left',
      'step.skipped right',
      'step.skipped both',
      'step.skipped either',
      'step.skipped end',
      'run.completed',
    ]);
  });
});
