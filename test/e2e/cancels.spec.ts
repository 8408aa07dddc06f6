import { beforeEach, describe, expect, it } from '@jest/globals';
import { From, Step, StepContext, Workflow } from 'nestjs-nestor';
import { stores } from './host.js';
import { Latch } from './latch.js';
import { sharedHost } from './shared-host.js';

let aborted: string[] = [];
let late = new Latch();
let begun = 0;

@Workflow({ result: 'answer' })
class HedgedWorkflow {
  @Step({ cancels: 'expert' }) async machine() {
    // Only once the other one is really going on.
    while (begun === 0) await new Promise((resolve) => setImmediate(resolve));
    return 'machine';
  }

  @Step({ cancels: 'machine' }) async expert(ctx: StepContext) {
    begun += 1;
    ctx.abortSignal.addEventListener('abort', () => aborted.push('expert'));
    await late.opened;
    return 'expert';
  }

  @Step({ join: 'any' }) answer(
    @From('machine') a: string | undefined,
    @From('expert') b: string | undefined,
  ) {
    late.open();
    return a ?? b;
  }
}

@Workflow({ result: 'answer' })
class DeadHeatWorkflow {
  @Step({ cancels: 'right' }) left() {
    return 'left';
  }

  @Step({ cancels: 'left' }) right() {
    return 'right';
  }

  @Step({ join: 'any' }) answer(@From('left') a: string | undefined, @From('right') b: string | undefined) {
    return [a, b].filter(Boolean);
  }
}

@Workflow({ result: 'answer' })
class WaitingLoserWorkflow {
  @Step({ waitFor: 'call' }) call() {
    return 'call';
  }

  @Step({ waitFor: 'mail', cancels: 'call' }) mail() {
    return 'mail';
  }

  @Step({ join: 'any' }) answer(@From('call') a: string | undefined, @From('mail') b: string | undefined) {
    return a ?? b;
  }
}

describe.each(stores)('cancels (%s)', (store) => {
  const shared = sharedHost(store, [HedgedWorkflow, DeadHeatWorkflow, WaitingLoserWorkflow]);
  beforeEach(() => {
    aborted = [];
    late = new Latch();
    begun = 0;
  });

  it('the step in flight that is no longer needed is aborted, and what it still brings counts for nothing', async () => {
    const result = await shared.t.run(HedgedWorkflow, null);
    expect(result).toMatchObject({ status: 'completed', output: 'machine' });
    expect(aborted).toEqual(['expert']);
    expect(await shared.t.history(result.runId)).toEqual([
      'run.created',
      'run.started',
      'step.completed machine',
      'step.skipped expert',
      'step.completed answer',
      'run.completed',
    ]);
  });

  it('exactly one side of a dead heat wins', async () => {
    const handles = await shared.t.orchestrator.startMany(
      DeadHeatWorkflow,
      Array.from({ length: 50 }, () => null),
    );
    for (const handle of handles) {
      const result = await handle.result();
      expect(result).toMatchObject({ status: 'completed', output: [expect.any(String)] });
      const history = await shared.t.history(handle.id);
      expect(history.filter((line) => line.startsWith('step.skipped'))).toHaveLength(1);
    }
  });

  it('a step that waits is cancelled too, and its signal finds nobody', async () => {
    const { runId } = await shared.t.run(WaitingLoserWorkflow, null);
    const handle = shared.t.orchestrator.handle(runId);
    await handle.signal('mail');
    expect(await handle.result()).toMatchObject({ status: 'completed', output: 'mail' });
    expect(await shared.t.history(runId)).toContain('step.skipped call');
  });
});
