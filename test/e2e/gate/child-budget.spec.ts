import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Inject, Injectable } from '@nestjs/common';
import {
  BudgetService,
  delegate,
  From,
  Input,
  Item,
  ModelService,
  type PerItem,
  Step,
  Workflow,
} from 'nestjs-nestor';
import { type Host, openHost, stores } from '../host.js';
import { recordsOf } from './records.js';

/** Asks as often as it is told, all at once, and tells how many of its questions were let through. */
async function ask(models: ModelService, count: number): Promise<number> {
  const asked = Array.from({ length: count }, (_, n) =>
    models.generate({ prompt: `question ${n}`, maxTokens: 10 }),
  );
  const outcomes = await Promise.allSettled(asked);
  return outcomes.filter(({ status }) => status === 'fulfilled').length;
}

@Workflow()
class AskingWorkflow {
  constructor(private readonly models: ModelService) {}

  @Step() ask(@Input() count: number) {
    return ask(this.models, count);
  }
}

@Workflow({ budget: { calls: 3 } })
class PatientWorkflow {
  constructor(private readonly models: ModelService) {}

  @Step({ waitFor: 'go' }) hold() {
    return 'go';
  }

  @Step({ after: 'hold' }) ask(@Input() count: number) {
    return ask(this.models, count);
  }
}

@Workflow({ budget: { calls: 7 } })
class ListWorkflow {
  @Step({ delegate: AskingWorkflow, forEach: ({ input }: { input: number[] }) => input })
  each(@Item() count: number): PerItem<ReturnType<typeof delegate<typeof AskingWorkflow>>> {
    return delegate(AskingWorkflow, count);
  }
}

@Workflow()
class WaitingWorkflow {
  /** It never asks, and nobody could tell. */
  constructor(readonly models: ModelService) {}

  @Step({ waitFor: 'go' }) hold() {
    return 'go';
  }
}

@Injectable()
class Clerk {
  @Inject() readonly models!: ModelService;
}

/** Reaches a model by a provider of its own. */
@Workflow()
class IndirectWorkflow {
  constructor(private readonly clerk: Clerk) {}

  @Step() ask(@Input() count: number) {
    return ask(this.clerk.models, count);
  }
}

/** Reaches no model. */
@Workflow()
class CodeWorkflow {
  @Step({ waitFor: 'go' }) hold() {
    return 'code';
  }
}

/** Reaches one by its sub-workflow. */
@Workflow()
class NestedWorkflow {
  @Step({ delegate: AskingWorkflow }) inner(@Input() count: number) {
    return delegate(AskingWorkflow, count);
  }
}

@Workflow({ budget: { usd: 1e6, calls: 7 } })
class CodeBesideWorkflow {
  constructor(private readonly models: ModelService) {}

  @Step({ delegate: CodeWorkflow }) child(@Input() _count: number) {
    return delegate(CodeWorkflow, '');
  }

  @Step({ waitFor: 'ask' }) own() {
    return ask(this.models, 20);
  }

  @Step({ after: ['child', 'own'] }) done(@From('own') answered: number) {
    return answered;
  }
}

@Workflow({ budget: { calls: 8 } })
class SharingWorkflow {
  constructor(private readonly models: ModelService) {}

  @Step({ delegate: IndirectWorkflow }) indirect(@Input() count: number) {
    return delegate(IndirectWorkflow, count);
  }

  @Step({ delegate: CodeWorkflow }) code() {
    return delegate(CodeWorkflow, '');
  }

  @Step({ delegate: NestedWorkflow }) nested(@Input() count: number) {
    return delegate(NestedWorkflow, count);
  }

  @Step() own(@Input() count: number) {
    return ask(this.models, count);
  }

  @Step({ waitFor: 'ask' }) later() {
    return ask(this.models, 20);
  }

  @Step({ after: ['indirect', 'nested', 'code', 'own', 'later'] }) done(
    @From('indirect') a: unknown,
    @From('nested') b: unknown,
    @From('own') c: number,
    @From('later') d: number,
  ) {
    return [a, b, c, d];
  }
}

/** Says that it can't reach a model, and gets hold of one behind everybody's back. */
let smuggled: ModelService | undefined;
@Workflow()
class SmugglingWorkflow {
  @Step() ask(@Input() _text: string) {
    return smuggled?.generate({ prompt: 'one', maxTokens: 10 }).then(({ text }) => text);
  }
}

@Workflow({ budget: { calls: 7 } })
class SmugglersParentWorkflow {
  @Step({ delegate: SmugglingWorkflow }) child(@Input() text: string) {
    return delegate(SmugglingWorkflow, text);
  }
}

@Workflow({ budget: { calls: 3, usd: 1200.5 } })
class RefusedWorkflow {
  constructor(private readonly models: ModelService) {}

  @Step({ delegate: WaitingWorkflow }) child(@Input() _text: string) {
    return delegate(WaitingWorkflow, '');
  }

  @Step({ waitFor: 'ask', retry: { attempts: 1 } }) async own() {
    await this.models.generate({ prompt: 'one', maxTokens: 10 });
    return (await this.models.generate({ prompt: 'two', maxTokens: 10 })).text;
  }

  @Step({ after: ['child', 'own'] }) done() {
    return 'done';
  }
}

@Workflow({ budget: { calls: 7 } })
class WaitingListWorkflow {
  @Step({ delegate: WaitingWorkflow, forEach: ({ input }: { input: string[] }) => input })
  each(@Item() name: string): PerItem<ReturnType<typeof delegate<typeof WaitingWorkflow>>> {
    return delegate(WaitingWorkflow, name);
  }
}

@Workflow({ budget: { calls: 7 } })
class OneByOneWorkflow {
  @Step({ delegate: AskingWorkflow }) first(@Input() count: number) {
    return delegate(AskingWorkflow, count);
  }

  @Step({ delegate: AskingWorkflow, after: 'first' }) second() {
    return delegate(AskingWorkflow, 20);
  }
}

@Workflow({ budget: { calls: 5 } })
class BesideWorkflow {
  constructor(private readonly models: ModelService) {}

  @Step({ delegate: PatientWorkflow, budget: { calls: 4 } }) child(@Input() count: number) {
    return delegate(PatientWorkflow, count);
  }

  @Step({ waitFor: 'ask' }) own() {
    return ask(this.models, 20);
  }

  @Step({ after: ['child', 'own'] }) done() {
    return 'done';
  }
}

describe.each(stores)('the budgets of children (%s)', (store) => {
  let host: Host;
  let budgets: BudgetService;
  beforeAll(async () => {
    host = await openHost(store, [
      AskingWorkflow,
      PatientWorkflow,
      ListWorkflow,
      WaitingWorkflow,
      WaitingListWorkflow,
      OneByOneWorkflow,
      BesideWorkflow,
      Clerk,
      IndirectWorkflow,
      CodeWorkflow,
      NestedWorkflow,
      CodeBesideWorkflow,
      SharingWorkflow,
      SmugglingWorkflow,
      SmugglersParentWorkflow,
      RefusedWorkflow,
    ]);
    budgets = host.t.module.get(BudgetService);
  });
  afterAll(() => host.close());
  beforeEach(() => {
    host.t.models.reset();
    host.t.models.on(/./).reply('fine');
  });

  const slicesOf = async (parentRunId: string) => {
    const { items } = await host.t.orchestrator.find({ parentRunId });
    const created = await Promise.all(items.map(({ id }) => recordsOf(host.t, id, 'run.created')));
    return created.map(([record]) => record?.payload.budget?.calls ?? Number.NaN).toSorted();
  };

  it('children side by side share what is left, so that together they keep to it', async () => {
    const result = await host.t.run(ListWorkflow, [20, 20, 20]);
    expect(result).toMatchObject({ status: 'completed', usage: { calls: 7 } });
    expect('output' in result && result.output).toEqual(expect.arrayContaining([2, 2, 3]));
    expect(await slicesOf(result.runId)).toEqual([2, 2, 3]);
  });

  it("a child without a budget of its own does what its parent's says when it has used up its slice", async () => {
    const { t } = host;
    const handle = await t.start(OneByOneWorkflow, 20, { budget: { calls: 2, onExceeded: 'pause' } });
    expect(await handle.idle()).toMatchObject({
      status: 'waiting',
      waitingFor: [{ for: 'run' }, { for: 'budget' }],
    });
    const { items } = await t.orchestrator.find({ parentRunId: handle.id });
    expect(items).toMatchObject([{ status: 'paused' }]);
    await handle.cancel('enough');
    expect(await handle.result()).toMatchObject({ status: 'cancelled' });
  });

  it('what a child has left over is there for the next', async () => {
    const result = await host.t.run(OneByOneWorkflow, 2);
    expect(result).toMatchObject({ status: 'completed', output: 5, usage: { calls: 7 } });
    expect(await slicesOf(result.runId)).toEqual([5, 7]);
  });

  it('what a child may still use is not there for the steps beside it, until it has ended', async () => {
    const { t } = host;
    const handle = await t.start(BesideWorkflow, 1);
    await handle.idle();
    expect(await budgets.balance({ runId: handle.id })).toEqual({ calls: { limit: 5, used: 0, left: 2 } });
    expect(await budgets.balance({ runId: handle.id, step: 'child' })).toEqual({
      calls: { limit: 4, used: 0, left: 1 },
    });
    await handle.signal('ask');
    await handle.idle();
    expect(await budgets.balance({ runId: handle.id })).toEqual({ calls: { limit: 5, used: 2, left: 0 } });
    const { items } = await t.orchestrator.find({ parentRunId: handle.id });
    await t.orchestrator.handle(items[0]?.id ?? '').signal('go');
    expect(await handle.result()).toMatchObject({ status: 'completed', usage: { calls: 3 } });
    expect(await budgets.balance({ runId: handle.id })).toEqual({ calls: { limit: 5, used: 3, left: 2 } });
  });

  it('a sub-workflow that can not reach a model leaves the budget to the step beside it', async () => {
    const { t } = host;
    const handle = await t.start(CodeBesideWorkflow, 1);
    await handle.idle();
    expect(await budgets.balance({ runId: handle.id })).toEqual({
      usd: { limit: 1e6, used: 0, left: 1e6 },
      calls: { limit: 7, used: 0, left: 7 },
    });
    await handle.signal('ask');
    const { items } = await t.orchestrator.find({ parentRunId: handle.id });
    await t.orchestrator.handle(items[0]?.id ?? '').signal('go');
    expect(await handle.result()).toMatchObject({ status: 'completed', output: 7, usage: { calls: 7 } });
  });

  it('are shared with the steps beside them that may ask models themselves, and with no others', async () => {
    const { t } = host;
    const handle = await t.start(SharingWorkflow, 20);
    await handle.idle();
    // Four sharers: two children, and two steps of its own. The last one gets what the first ones have left over.
    expect(await slicesOf(handle.id)).toEqual([0, 2, 2]);
    await handle.signal('ask');
    const { items } = await t.orchestrator.find({ parentRunId: handle.id, workflow: 'code' });
    await t.orchestrator.handle(items[0]?.id ?? '').signal('go');
    const result = await handle.result();
    expect(result).toMatchObject({ status: 'completed', usage: { calls: 8 } });
    expect('output' in result && (result.output as number[]).slice(0, 3)).toEqual([2, 2, 4]);
  });

  it('one that asks a model although nothing says that it can is refused, and not let go on for free', async () => {
    smuggled = host.t.module.get(ModelService);
    const result = await host.t.run(SmugglersParentWorkflow, '');
    expect(result).toMatchObject({ status: 'failed', usage: { calls: 0 } });
    expect(result).toMatchObject({ error: { message: expect.stringContaining('inject ModelService') } });
  });

  it('a refusal names who holds what is set aside, in amounts that people can read', async () => {
    const { t } = host;
    const handle = await t.start(RefusedWorkflow, '');
    await handle.idle();
    const { items } = await t.orchestrator.find({ parentRunId: handle.id });
    const childId = items[0]?.id ?? '';
    await handle.signal('ask');
    await handle.idle();
    const result = await handle.result();
    expect(result).toMatchObject({ status: 'failed' });
    const [exceeded] = await recordsOf(t, handle.id, 'budget.exceeded');
    const holder = { step: 'refused.child', runId: childId, amount: 2 };
    expect(exceeded?.payload).toEqual({
      scope: 'run',
      unit: 'calls',
      limit: 3,
      used: 3,
      wanted: 1,
      reserved: 2,
      holders: [holder],
    });
    const [failed] = await recordsOf(t, handle.id, 'step.failed');
    expect(failed?.payload.error.message).toContain(
      "refused.own → model scripted/default may use up to 1 call, but of the run's budget of 3 calls nothing is left. " +
        `2 calls are set aside: refused.child (run ${childId}) holds 2 calls.`,
    );
  });

  it('a child that was begun before a crash keeps its limits, whatever is left by then', async () => {
    const { t } = host;
    const crash = t.crashAt('create', { after: 1 });
    const handle = await t.start(WaitingListWorkflow, ['a', 'b', 'c']);
    await crash;
    await budgets.raise({ runId: handle.id }, { calls: 10 });
    await t.recover();
    await t.clock.advance('1s');
    expect(await handle.idle()).toMatchObject({ status: 'waiting' });
    const slices = await slicesOf(handle.id);
    expect(slices).toHaveLength(3);
    expect(slices).toContain(3);
    expect(await budgets.balance({ runId: handle.id })).toEqual({
      calls: { limit: 17, used: 0, left: 17 - slices.reduce((a, b) => a + b) },
    });
  });
});
