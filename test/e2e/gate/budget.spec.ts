import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  BudgetService,
  CurrentPrincipal,
  From,
  Input,
  ModelCallError,
  ModelService,
  Step,
  Workflow,
  RoleAccessPolicy,
} from 'nestjs-nestor';
import { type Host, openHost, stores } from '../host.js';
import { clerk, lead } from './people.js';
import { recordsOf, story } from './records.js';

/** As many model calls at the same time; how many of them were let through. */
const atOnce = async (models: ModelService, count: number) => {
  const asked = Array.from({ length: count }, (_, n) =>
    models.generate({ prompt: `question ${n}`, maxTokens: 10 }),
  );
  const outcomes = await Promise.allSettled(asked);
  return {
    through: outcomes.filter(({ status }) => status === 'fulfilled').length,
    refused: outcomes.flatMap((one) =>
      one.status === 'rejected' ? [(one.reason as { code: string }).code] : [],
    ),
  };
};

@Workflow({ budget: { calls: 7 } })
class CallsWorkflow {
  constructor(private readonly models: ModelService) {}

  @Step()
  ask(@Input() count: number) {
    return atOnce(this.models, count);
  }
}

@Workflow({ budget: { calls: 5, tokens: 1000 } })
class InTurnWorkflow {
  constructor(private readonly models: ModelService) {}

  /** One after another; whether each was let through. */
  @Step()
  async ask(@Input() prompts: string[]) {
    const codes: string[] = [];
    for (const prompt of prompts)
      codes.push(
        await this.models.generate({ prompt, maxTokens: 300 }).then(
          () => 'through',
          (error: { code: string }) => error.code,
        ),
      );
    return codes;
  }
}

@Workflow()
class StepWorkflow {
  constructor(private readonly models: ModelService) {}

  @Step({ budget: { calls: 3 } })
  frugal(@Input() count: number) {
    return atOnce(this.models, count);
  }

  @Step()
  lavish(@Input() count: number) {
    return atOnce(this.models, count);
  }

  @Step()
  both(@From('frugal') a: { through: number }, @From('lavish') b: { through: number }) {
    return [a.through, b.through];
  }
}

@Workflow({ budget: { usd: 1000 } })
class UsdWorkflow {
  constructor(private readonly models: ModelService) {}

  @Step()
  ask(@Input() count: number) {
    return atOnce(this.models, count);
  }
}

@Workflow({ budget: { tokens: 1000 } })
class TokensWorkflow {
  constructor(private readonly models: ModelService) {}

  @Step()
  ask(@Input() count: number) {
    return atOnce(this.models, count);
  }
}

@Workflow({ budget: { calls: 1, onExceeded: 'pause' } })
class PauseWorkflow {
  constructor(private readonly models: ModelService) {}

  @Step()
  async ask(@Input() prompt: string) {
    const one = await this.models.generate({ prompt: `${prompt} one` });
    const two = await this.models.generate({ prompt: `${prompt} two` });
    return [one.text, two.text];
  }
}

@Workflow()
class PauseStepWorkflow {
  constructor(private readonly models: ModelService) {}

  @Step({ budget: { calls: 1, onExceeded: 'pause' } })
  async ask(@Input() prompt: string) {
    await this.models.generate({ prompt: `${prompt} one` });
    return (await this.models.generate({ prompt: `${prompt} two` })).text;
  }
}

@Workflow()
class OneWorkflow {
  constructor(private readonly models: ModelService) {}

  @Step({ retry: { attempts: 1 } })
  async ask(@Input() prompt: string) {
    return (await this.models.generate({ prompt, maxTokens: 10 })).text;
  }
}

describe.each(stores)('budgets (%s)', (store) => {
  let host: Host;
  let budgets: BudgetService;
  beforeAll(async () => {
    host = await openHost(
      store,
      [
        CallsWorkflow,
        InTurnWorkflow,
        StepWorkflow,
        UsdWorkflow,
        TokensWorkflow,
        PauseWorkflow,
        PauseStepWorkflow,
        OneWorkflow,
      ],
      // One dollar a token.
      {
        prices: { models: { 'scripted/*': { inputPerMillion: 1e6, outputPerMillion: 1e6 } } },
        access: new RoleAccessPolicy({ tenantRoles: { lead: ['budget.raise'] } }),
      },
    );
    budgets = host.t.module.get(BudgetService);
  });
  afterAll(() => host.close());
  beforeEach(() => {
    host.t.models.reset();
    host.t.models.on(/./).reply({ answer: { text: 'fine', usage: { inputTokens: 3, outputTokens: 2 } } });
  });

  it('of calls lets through exactly as many as it says, of twenty at once', async () => {
    const result = await host.t.run(CallsWorkflow, 20);
    expect(result).toMatchObject({ output: { through: 7 }, usage: { calls: 7, usd: 35 } });
    expect(host.t.models.calls).toHaveLength(7);
    const exceeded = await recordsOf(host.t, result.runId, 'budget.exceeded');
    expect(exceeded).toHaveLength(13);
    expect(exceeded[0]).toMatchObject({
      payload: { scope: 'run', unit: 'calls', limit: 7, used: 7, wanted: 1 },
    });
  });

  it('holds only what calls have used: what one had set aside and did not need is there for the next', async () => {
    const result = await host.t.run(InTurnWorkflow, ['a', 'b', 'c', 'd', 'e', 'f']);
    expect(result).toMatchObject({
      output: [...Array(5).fill('through'), 'BUDGET_EXCEEDED'],
      usage: { calls: 5, inputTokens: 15, outputTokens: 10 },
    });
  });

  it('counts calls that the vendor has refused: they were made', async () => {
    host.t.models.on('refused').fail(new ModelCallError('no', { status: 400, transient: false }));
    const result = await host.t.run(InTurnWorkflow, ['refused', 'a', 'refused', 'b', 'refused', 'c']);
    expect(result).toMatchObject({
      output: [
        'ALL_MODELS_FAILED',
        'through',
        'ALL_MODELS_FAILED',
        'through',
        'ALL_MODELS_FAILED',
        'BUDGET_EXCEEDED',
      ],
      usage: { calls: 5, inputTokens: 6, outputTokens: 4 },
    });
  });

  it('of a step holds for that step only', async () => {
    expect(await host.t.run(StepWorkflow, 5)).toMatchObject({ output: [3, 5], usage: { calls: 8 } });
  });

  it.each([
    ['usd', UsdWorkflow, 1000],
    ['tokens', TokensWorkflow, 1000],
  ] as const)('of %s is never overshot by twenty calls at once', async (unit, workflow, limit) => {
    const result = await host.t.run(workflow, 20);
    const { usage } = result;
    expect(usage.calls).toBeGreaterThan(1);
    expect(usage.calls).toBeLessThan(20);
    expect(unit === 'usd' ? usage.usd : usage.inputTokens + usage.outputTokens).toBeLessThanOrEqual(limit);
    expect(host.t.models.calls).toHaveLength(usage.calls);
    expect(await recordsOf(host.t, result.runId, 'budget.exceeded')).toHaveLength(20 - usage.calls);
  });

  it('of tokens reserves the most that a call can use, and settles what it has used', async () => {
    const { usage } = await host.t.run(TokensWorkflow, 1);
    expect(usage).toEqual({ calls: 1, inputTokens: 3, outputTokens: 2, usd: 5 });
  });

  it('is used by a call of unknown outcome up to the estimate, and of one that was refused only a call', async () => {
    host.t.models.on('broken').fail(new ModelCallError('connection reset', { transient: false }));
    const broken = await host.t.run(OneWorkflow, 'broken');
    const [failed] = await recordsOf(host.t, broken.runId, 'call.failed');
    expect(broken.usage.outputTokens).toBe(10);
    expect(broken.usage.inputTokens).toBeGreaterThan(10);
    expect(failed?.payload.usage).toEqual(broken.usage);

    host.t.models.on('refused').fail(new ModelCallError('no', { status: 400, transient: false }));
    expect((await host.t.run(OneWorkflow, 'refused')).usage).toEqual({
      calls: 1,
      inputTokens: 0,
      outputTokens: 0,
      usd: 0,
    });
  });

  it.each([408, 500, 502, 504])(
    'is used up to the estimate by a call that ended with status %i, since it may have been done all the same',
    async (status) => {
      host.t.models.on('cut off').fail(new ModelCallError('gateway', { status, transient: false }));
      expect((await host.t.run(OneWorkflow, 'cut off')).usage).toMatchObject({ outputTokens: 10 });
    },
  );

  it.each([429, 503, 529])('is not used by a call that ended with status %i', async (status) => {
    host.t.models.on('refused').fail(new ModelCallError('busy', { status, transient: false }));
    expect((await host.t.run(OneWorkflow, 'refused')).usage).toMatchObject({ outputTokens: 0, usd: 0 });
  });

  it('is used by attempts of unknown outcome as well that came before the one that worked', async () => {
    host.t.models
      .on('flaky')
      .failOnce(new ModelCallError('connection reset', { transient: true }))
      .failOnce(new ModelCallError('slow down', { status: 429, transient: true }))
      .reply({ answer: { text: 'fine', usage: { inputTokens: 3, outputTokens: 2 } } });
    const { usage } = await host.t.run(OneWorkflow, 'flaky');
    // The 429 has used nothing but a call.
    expect(usage).toMatchObject({ calls: 3, outputTokens: 12 });
  });

  it('of a run that is not there is no budget', async () => {
    const runId = '018f4a3e-0000-7000-8000-000000000000';
    await expect(budgets.balance({ runId })).rejects.toMatchObject({ code: 'RUN_NOT_FOUND' });
    await expect(budgets.raise({ runId }, { calls: 1 }, { by: lead })).rejects.toMatchObject({
      code: 'RUN_NOT_FOUND',
    });
  });

  it('exceeded: the run pauses where it says so, and continues where it was once the budget is raised', async () => {
    const { runId, status } = await host.t.run(PauseWorkflow, 'ask');
    expect(status).toBe('paused');
    expect(await budgets.balance({ runId })).toEqual({ calls: { limit: 1, used: 1, left: 0 } });
    await budgets.raise({ runId }, { calls: 1 }, { by: lead });
    expect(await host.t.result(runId)).toMatchObject({
      status: 'completed',
      output: ['fine', 'fine'],
      usage: { calls: 2 },
    });
    expect(host.t.models.calls).toHaveLength(2);
    expect(await story(host.t, runId)).toEqual([
      'run.created',
      'call.completed scripted/default',
      'budget.exceeded ask',
      'step.waiting ask',
      'run.paused',
      'budget.raised',
      'call.completed scripted/default',
      'step.completed ask',
      'run.completed',
    ]);
    expect(await recordsOf(host.t, runId, 'budget.raised')).toMatchObject([
      { actor: { kind: 'person', id: 'lead' }, payload: { calls: 1 } },
    ]);
    expect(await budgets.balance({ runId })).toEqual({ calls: { limit: 2, used: 2, left: 0 } });
  });

  it('resumed without more money: pauses again', async () => {
    const { runId } = await host.t.run(PauseWorkflow, 'ask');
    await host.t.orchestrator.handle(runId).resume();
    expect(await host.t.result(runId)).toMatchObject({ status: 'paused' });
    expect(host.t.models.calls).toHaveLength(1);
  });

  it('of a step can be raised too', async () => {
    const { runId } = await host.t.run(PauseStepWorkflow, 'ask');
    await budgets.raise({ runId, step: 'ask' }, { calls: 5 }, { by: lead });
    expect(await host.t.result(runId)).toMatchObject({ status: 'completed', output: 'fine' });
    expect(await budgets.balance({ runId, step: 'ask' })).toEqual({ calls: { limit: 6, used: 2, left: 4 } });
  });

  it('can not be raised by nothing, in a unit without a limit, in the name of another, or when the run is over', async () => {
    const { runId } = await host.t.run(PauseWorkflow, 'ask');
    for (const more of [{}, { calls: 0 }, { calls: -1 }, { usd: 1 }, { calls: Number.NaN }])
      await expect(budgets.raise({ runId }, more, { by: lead })).rejects.toMatchObject({
        code: 'INPUT_VALIDATION',
      });
    const { runId: other } = await host.t.run(PauseStepWorkflow, 'ask');
    await expect(budgets.raise({ runId }, { usd: 1 }, { by: lead })).rejects.toThrow(`run ${runId}`);
    await expect(budgets.raise({ runId: other, step: 'ask' }, { usd: 1 }, { by: lead })).rejects.toThrow(
      `step ask of run ${other}`,
    );
    await expect(
      host.t.module
        .get(CurrentPrincipal)
        .run(clerk, () => budgets.raise({ runId }, { calls: 1 }, { by: lead })),
    ).rejects.toMatchObject({ code: 'ACCESS_DENIED' });
    await host.t.orchestrator.handle(runId).cancel('enough');
    await host.t.orchestrator.handle(runId).result();
    await expect(budgets.raise({ runId }, { calls: 1 }, { by: lead })).rejects.toMatchObject({
      code: 'RUN_FINISHED',
    });
  });
});
