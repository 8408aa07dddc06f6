import { beforeEach, describe, expect, it, jest } from '@jest/globals';
import {
  delegate,
  From,
  Input,
  Item,
  ModelService,
  NonRetryableError,
  type PerItem,
  Step,
  StepContext,
  Workflow,
} from 'nestjs-nestor';
import { Journal } from '../../lib/journal/index.js';
import { stores } from './host.js';
import { sharedHost } from './shared-host.js';

let fetched: string[] = [];
let failures = 0;

@Workflow()
class ChildWorkflow {
  @Step({ retry: { attempts: 1 } }) async fetch(@Input() what: string, ctx: StepContext) {
    fetched.push(what);
    if (what === 'nonsense') throw new NonRetryableError('there is no nonsense');
    if (what === 'flaky' && failures++ === 0) throw new Error('not today');
    if (what === 'endless')
      await new Promise((resolve) => ctx.abortSignal.addEventListener('abort', resolve));
    return `${what}!`;
  }

  @Step({ when: ({ input }) => input === 'patience', waitFor: 'go', after: 'fetch' }) hold() {
    return 'held';
  }

  @Step() answer(@From('fetch') text: string, @From('hold') held: string | undefined) {
    return held === undefined ? text : `${text} ${held}`;
  }
}

@Workflow()
class ParentWorkflow {
  @Step({ delegate: ChildWorkflow }) ask(@Input() what: string) {
    return delegate(ChildWorkflow, what);
  }

  @Step() tell(@From('ask') answer: unknown) {
    return `the child says ${String(answer)}`;
  }
}

@Workflow()
class ModelChildWorkflow {
  constructor(readonly models: ModelService) {}

  @Step() fetch(@Input() what: string) {
    return `${what}!`;
  }
}

@Workflow({ budget: { calls: 10, usd: 1 } })
class ThriftyWorkflow {
  @Step({ delegate: ModelChildWorkflow }) ask(@Input() what: string) {
    return delegate(ModelChildWorkflow, what);
  }
}

@Workflow({ budget: { calls: 10, usd: 1 } })
class CodeParentWorkflow {
  @Step({ delegate: ChildWorkflow }) ask(@Input() what: string) {
    return delegate(ChildWorkflow, what);
  }
}

@Workflow({ result: 'fast' })
class RacingParentWorkflow {
  @Step({ delegate: ChildWorkflow }) slow() {
    return delegate(ChildWorkflow, 'patience');
  }

  @Step({ waitFor: 'enough', cancels: 'slow' }) fast() {
    return 'fast';
  }
}

@Workflow()
class ManyChildrenWorkflow {
  @Step({ delegate: ChildWorkflow, forEach: ({ input }: { input: string[] }) => input })
  ask(@Item() what: string): PerItem<ReturnType<typeof delegate<typeof ChildWorkflow>>> {
    return delegate(ChildWorkflow, what);
  }
}

@Workflow()
class RetryingParentWorkflow {
  @Step({
    delegate: ChildWorkflow,
    retry: { attempts: 2, initialDelay: 1 },
  })
  ask(@Input() what: string) {
    return delegate(ChildWorkflow, what);
  }
}

@Workflow()
class FewAtATimeWorkflow {
  @Step({
    delegate: ChildWorkflow,
    forEach: { over: ({ input }: { input: string[] }) => input, concurrency: 2 },
  })
  ask(@Item() what: string): PerItem<ReturnType<typeof delegate<typeof ChildWorkflow>>> {
    return delegate(ChildWorkflow, what);
  }
}

const workflows = [
  ChildWorkflow,
  FewAtATimeWorkflow,
  ParentWorkflow,
  ThriftyWorkflow,
  ModelChildWorkflow,
  CodeParentWorkflow,
  RacingParentWorkflow,
  ManyChildrenWorkflow,
  RetryingParentWorkflow,
];

describe.each(stores)('delegate (%s)', (store) => {
  const shared = sharedHost(store, workflows);

  it('gives the child the correlation id of its parent, so that both are found by it', async () => {
    const correlationId = `order-of-${store}`;
    await shared.t.run(ParentWorkflow, 'news', { correlationId });
    const { items } = await shared.t.orchestrator.find({ workflow: 'child', limit: 1 });
    const created = await shared.t.audit.find({ runId: items[0]?.id ?? '', type: 'run.created' });
    expect(created.items).toMatchObject([{ payload: { correlationId } }]);
  });
  const childOf = async (parentRunId: string) => {
    const { items } = await shared.t.orchestrator.find({ parentRunId });
    return items[0]?.id ?? 'none';
  };
  beforeEach(() => {
    fetched = [];
    failures = 0;
  });

  it("the child's output is the step's; the parent's records tell of the child", async () => {
    const handle = await shared.t.start(ParentWorkflow, 'news');
    expect(await handle.result()).toMatchObject({ status: 'completed', output: 'the child says news!' });
    const history = await shared.t.history(handle.id);
    expect(history.filter((line) => !line.startsWith('run.'))).toEqual([
      'step.waiting ask',
      'call.completed ask',
      'step.completed ask',
      'step.completed tell',
    ]);
    expect(await shared.t.history(await childOf(handle.id))).toContain('step.completed fetch');
  });

  it("the child's failure is the step's", async () => {
    const handle = await shared.t.start(ParentWorkflow, 'nonsense');
    const result = await handle.result();
    expect(result).toMatchObject({ status: 'failed' });
    expect('error' in result && result.error.message).toContain('parent.ask');
    expect('error' in result && result.error.message).toContain('there is no nonsense');
    expect(fetched).toEqual(['nonsense']);
  });

  it('a child that waits lets its parent wait, for as long as it takes', async () => {
    const handle = await shared.t.start(ParentWorkflow, 'patience');
    expect(await handle.idle()).toMatchObject({
      status: 'waiting',
      waitingFor: [{ for: 'run', step: 'ask' }, { for: 'signal' }],
    });
    const child = shared.t.orchestrator.handle(await childOf(handle.id));
    expect(await child.idle()).toMatchObject({ status: 'waiting', waitingFor: [{ for: 'signal' }] });
    await shared.t.clock.advance('3d');
    await child.signal('go');
    expect(await handle.result()).toMatchObject({ output: 'the child says patience! held' });
  });

  it('run() does not come back while only a child is waited for that continues by itself', async () => {
    expect(await shared.t.run(ParentWorkflow, 'news')).toMatchObject({
      status: 'completed',
      output: 'the child says news!',
    });
    expect(await shared.t.run(ManyChildrenWorkflow, ['a', 'b'])).toMatchObject({ output: ['a!', 'b!'] });
  });

  it('run() comes back when a child waits for somebody, and says for what', async () => {
    const result = await shared.t.run(ParentWorkflow, 'patience');
    expect(result).toMatchObject({
      status: 'waiting',
      waitingFor: [{ for: 'run', step: 'ask' }, { for: 'signal' }],
    });
    await shared.t.orchestrator.handle(await childOf(result.runId)).signal('go');
    expect(await shared.t.result(result.runId)).toMatchObject({ output: 'the child says patience! held' });
  });

  it('a cancel reaches the child', async () => {
    const handle = await shared.t.start(ParentWorkflow, 'patience');
    await handle.idle();
    const child = shared.t.orchestrator.handle(await childOf(handle.id));
    await child.idle();
    await handle.cancel('no longer wanted');
    expect(await handle.result()).toMatchObject({ status: 'cancelled' });
    const end = await child.result();
    expect(end.status).toBe('cancelled');
    expect('error' in end && end.error.message).toContain(`its parent parent (run ${handle.id}) has ended`);
  });

  it('a child whose step was cancelled by another step is cancelled too', async () => {
    const handle = await shared.t.start(RacingParentWorkflow, null);
    await handle.idle();
    const child = shared.t.orchestrator.handle(await childOf(handle.id));
    await child.idle();
    await handle.signal('enough');
    expect(await handle.result()).toMatchObject({ status: 'completed', output: 'fast' });
    expect((await child.result()).status).toBe('cancelled');
  });

  it("a child gets what is left of its parent's budget", async () => {
    const handle = await shared.t.start(ThriftyWorkflow, 'news');
    await handle.result();
    const page = await shared.t.audit.find({ runId: await childOf(handle.id), type: 'run.created' });
    expect(page.items[0]).toMatchObject({ payload: { budget: { calls: 10, usd: 1 } } });
  });

  it('a child that can not reach a model gets nothing of it, and comes to its end', async () => {
    const handle = await shared.t.start(CodeParentWorkflow, 'news');
    expect(await handle.result()).toMatchObject({ status: 'completed', output: 'news!' });
    const page = await shared.t.audit.find({ runId: await childOf(handle.id), type: 'run.created' });
    expect(page.items[0]).toMatchObject({ payload: { budget: { calls: 0, usd: 0 } } });
  });

  it('each item of a forEach has a child of its own', async () => {
    const handle = await shared.t.start(ManyChildrenWorkflow, ['a', 'b', 'a']);
    expect(await handle.result()).toMatchObject({ status: 'completed', output: ['a!', 'b!', 'a!'] });
    const { items } = await shared.t.orchestrator.find({ parentRunId: handle.id });
    expect(items).toHaveLength(3);
  });

  it('has as many children at the same time as `concurrency` says', async () => {
    const { t } = shared;
    const handle = await t.start(
      FewAtATimeWorkflow,
      Array.from({ length: 5 }, () => 'patience'),
    );
    const ended = new Set<string>();
    for (const expected of [2, 2, 1]) {
      await handle.idle();
      const { items } = await t.orchestrator.find({ parentRunId: handle.id, status: 'waiting' });
      expect(items).toHaveLength(expected);
      for (const { id } of items) {
        await t.orchestrator.handle(id).signal('go');
        await t.orchestrator.handle(id).result();
        ended.add(id);
      }
    }
    expect(ended.size).toBe(5);
    expect(await handle.result()).toMatchObject({ status: 'completed' });
  });

  it('a child is not begun twice when nobody heard that it was', async () => {
    const { t } = shared;
    const crash = t.crashAt('create', { after: 1 });
    const handle = await t.start(ManyChildrenWorkflow, ['a', 'b', 'c']);
    await crash;
    await t.recover();
    expect(await handle.result()).toMatchObject({ status: 'completed', output: ['a!', 'b!', 'c!'] });
    const { items } = await t.orchestrator.find({ parentRunId: handle.id });
    expect(items).toHaveLength(3);
    expect(await t.history(handle.id)).not.toContain('call.failed ask');
  });

  it('a child whose creation got no answer is the same one when the parent is taken up again', async () => {
    const { t } = shared;
    const journal = t.module.get(Journal, { strict: false });
    const create = journal.create.bind(journal);
    const creating = jest
      .spyOn(journal, 'create')
      .mockImplementationOnce(create)
      .mockImplementationOnce(async (runs) => {
        await create(runs);
        throw new Error('connection lost');
      });
    const handle = await t.start(ParentWorkflow, 'news');
    for (let second = 0; second < 20 && (await handle.status()) !== 'completed'; second++)
      await t.clock.advance('1s');
    creating.mockRestore();
    expect(await handle.result()).toMatchObject({ status: 'completed', output: 'the child says news!' });
    const { items } = await t.orchestrator.find({ parentRunId: handle.id });
    expect(items).toHaveLength(1);
    expect(await t.history(handle.id)).not.toContain('call.failed ask');
  });

  it('another attempt after a failed child is another child', async () => {
    const handle = await shared.t.start(RetryingParentWorkflow, 'flaky');
    const rest = await handle.result();
    expect(rest).toMatchObject({ status: 'completed', output: 'flaky!' });
    const { items } = await shared.t.orchestrator.find({ parentRunId: handle.id });
    expect(items.map(({ status }) => status).toSorted()).toEqual(['completed', 'failed']);
  });
});
