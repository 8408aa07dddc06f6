import { describe, expect, it } from '@jest/globals';
import { From, Input, Step, Workflow } from 'nestjs-nestor';
import { stores } from './host.js';
import { sharedHost } from './shared-host.js';

@Workflow()
class WhenWorkflow {
  @Step() measure(@Input() size: number) {
    return { size };
  }

  @Step({ after: 'measure', when: ({ outputs }) => (outputs.measure?.size ?? 0) > 10 }) shrink() {
    return 'shrunk';
  }

  @Step() report(@From('measure') { size }: { size: number }, @From('shrink') shrunk: string | undefined) {
    return `${size} ${shrunk ?? 'as it is'}`;
  }
}

@Workflow({ result: 'b' })
class StrangerWorkflow {
  @Step() a() {
    return 1;
  }

  @Step({ when: ({ outputs }) => outputs.a === 1 }) b() {
    return 2;
  }
}

@Workflow()
class ThrowingWorkflow {
  @Step({
    when: () => {
      throw new TypeError('no such field');
    },
    onError: 'skip',
  })
  optional() {
    return 1;
  }
}

describe.each(stores)('when (%s)', (store) => {
  const shared = sharedHost(store, [WhenWorkflow, StrangerWorkflow, ThrowingWorkflow]);

  it('true lets the step run', async () => {
    expect(await shared.t.run(WhenWorkflow, 11)).toMatchObject({ output: '11 shrunk' });
  });

  it('false skips it, and its readers get undefined', async () => {
    const result = await shared.t.run(WhenWorkflow, 10);
    expect(result).toMatchObject({ status: 'completed', output: '10 as it is' });
    expect(await shared.t.history(result.runId)).toEqual([
      'run.created',
      'run.started',
      'step.completed measure',
      'step.skipped shrink',
      'step.completed report',
      'run.completed',
    ]);
  });

  it('that reads the output of a step that is not upstream of it says so, and how to fix it', async () => {
    const result = await shared.t.run(StrangerWorkflow, null);
    expect(result.status).toBe('failed');
    expect('error' in result && result.error.message).toContain(
      "A function of stranger.b reads outputs.a, but a is not upstream of b: whether it has an output yet would depend on timing. Add `after: 'a'` to b.",
    );
  });

  it('that throws is a failure of its step, and `onError` answers it', async () => {
    const result = await shared.t.run(ThrowingWorkflow, null);
    expect(result.status).toBe('completed');
    expect(await shared.t.history(result.runId)).toEqual([
      'run.created',
      'run.started',
      'step.failed optional',
      'step.skipped optional',
      'run.completed',
    ]);
  });
});
