import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  BudgetService,
  delegate,
  Input,
  Item,
  ModelService,
  type PerItem,
  Step,
  Workflow,
} from 'nestjs-nestor';
import { type Host, openHost, stores } from '../host.js';
import { lead } from './people.js';
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
  @Step({ waitFor: 'go' }) hold() {
    return 'go';
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
    expect(await handle.atRest()).toMatchObject({
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
    await handle.atRest();
    expect(await budgets.balance({ runId: handle.id })).toEqual({ calls: { limit: 5, used: 0, left: 2 } });
    expect(await budgets.balance({ runId: handle.id, step: 'child' })).toEqual({
      calls: { limit: 4, used: 0, left: 1 },
    });
    await handle.signal('ask');
    await handle.atRest();
    expect(await budgets.balance({ runId: handle.id })).toEqual({ calls: { limit: 5, used: 2, left: 0 } });
    const { items } = await t.orchestrator.find({ parentRunId: handle.id });
    await t.orchestrator.handle(items[0]?.id ?? '').signal('go');
    expect(await handle.result()).toMatchObject({ status: 'completed', usage: { calls: 3 } });
    expect(await budgets.balance({ runId: handle.id })).toEqual({ calls: { limit: 5, used: 3, left: 2 } });
  });

  it('a child that was begun before a crash keeps its limits, whatever is left by then', async () => {
    const { t } = host;
    const crash = t.crashAt('create', { after: 1 });
    const handle = await t.start(WaitingListWorkflow, ['a', 'b', 'c']);
    await crash;
    await budgets.raise({ runId: handle.id }, { calls: 10 }, { by: lead });
    await t.recover();
    await t.clock.advance('1s');
    expect(await handle.atRest()).toMatchObject({ status: 'waiting' });
    const slices = await slicesOf(handle.id);
    expect(slices).toHaveLength(3);
    expect(slices).toContain(3);
    expect(await budgets.balance({ runId: handle.id })).toEqual({
      calls: { limit: 17, used: 0, left: 17 - slices.reduce((a, b) => a + b) },
    });
  });
});
