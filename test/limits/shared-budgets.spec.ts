import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import {
  Agent,
  AgentService,
  BudgetService,
  CurrentPrincipal,
  Input,
  Item,
  ModelService,
  type Principal,
  RoleAccessPolicy,
  type SharedBudget,
  Step,
  Workflow,
} from 'nestjs-nestor';
import { SharedBudgets } from '../../lib/limits/index.js';
import { type Host, openHost, stores } from '../e2e/host.js';
import { Latch } from '../e2e/latch.js';

const once = { attempts: 1 };

@Workflow()
class AskWorkflow {
  constructor(private readonly models: ModelService) {}

  @Step({ retry: once })
  async ask(@Input() prompt: string): Promise<string> {
    return (await this.models.generate({ prompt, maxTokens: 10 })).text;
  }
}

@Workflow()
class OtherWorkflow {
  constructor(private readonly models: ModelService) {}

  @Step({ retry: once })
  async ask(@Input() prompt: string): Promise<string> {
    return (await this.models.generate({ prompt, maxTokens: 10 })).text;
  }
}

@Workflow()
class ManyWorkflow {
  constructor(private readonly models: ModelService) {}

  @Step({
    forEach: { over: ({ input }) => input as string[], concurrency: 20, onError: 'collect' },
    retry: once,
  })
  async ask(@Item() prompt: string, @Input() _: string[]): Promise<string> {
    return (await this.models.generate({ prompt, maxTokens: 10 })).text;
  }
}

@Agent({ instructions: 'clerk', maxTokens: 10 })
class ClerkAgent {}

@Workflow()
class DeskWorkflow {
  constructor(private readonly agents: AgentService) {}

  @Step({ retry: once })
  async ask(@Input() question: string): Promise<string> {
    return (await this.agents.run(ClerkAgent, question)).output as string;
  }
}

type AskingWorkflow = typeof AskWorkflow | typeof OtherWorkflow | typeof DeskWorkflow;

const ana: Principal = { id: 'ana', roles: [], tenant: 'acme' };
const amy: Principal = { id: 'amy', roles: [], tenant: 'acme' };
const bob: Principal = { id: 'bob', roles: [], tenant: 'bolt' };
const admin: Principal = { id: 'ada', roles: ['admin'], tenant: 'acme' };
const operator: Principal = { id: 'olga', roles: ['operator'] };

describe.each(stores)('budgets that runs share (%s)', (store) => {
  let host: Host;
  let budgets: BudgetService;
  let current: CurrentPrincipal;
  afterEach(() => host.close());
  beforeEach(() => Logger.overrideLogger(false));

  async function open(...shared: SharedBudget[]): Promise<void> {
    host = await openHost(store, [AskWorkflow, OtherWorkflow, ManyWorkflow, ClerkAgent, DeskWorkflow], {
      principal: () => undefined,
      budgets: shared,
      access: new RoleAccessPolicy({
        tenantRoles: ['admin'],
        platformRoles: { operator: ['budget.read', 'budget.raise', 'run.read'] },
      }),
    });
    host.t.models.on('clerk').reply('done');
    host.t.models.on(/hello/).reply('hi');
    budgets = host.t.module.get(BudgetService, { strict: false });
    current = host.t.module.get(CurrentPrincipal, { strict: false });
  }
  const as = <T>(principal: Principal, work: () => Promise<T>) => current.run(principal, work);
  const ask = (principal: Principal, workflow: AskingWorkflow = AskWorkflow) =>
    as(principal, () => host.t.run(workflow, 'hello'));
  const found = async (runId: string, type: 'budget.exceeded' | 'budget.overrun' | 'budget.warned') =>
    (await host.t.asSystem(() => host.t.audit.find({ runId, type }))).items;
  const refused = { status: 'failed', error: { details: { code: 'BUDGET_EXCEEDED' } } };

  it('refuse a call of a tenant that has used up its own, and none of another tenant', async () => {
    await open({ scope: 'tenant', calls: 2 });
    expect(await ask(ana)).toMatchObject({ status: 'completed' });
    expect(await ask(amy, OtherWorkflow)).toMatchObject({ status: 'completed' });
    const third = await ask(ana);
    expect(third).toMatchObject(refused);
    expect(await ask(bob)).toMatchObject({ status: 'completed' });
    expect(host.t.models.calls).toHaveLength(3);
    const items = await found(third.runId, 'budget.exceeded');
    expect(items[0]?.payload).toEqual({
      scope: 'tenant',
      owner: 'tenant acme',
      window: 'ever',
      unit: 'calls',
      limit: 2,
      used: 2,
      wanted: 1,
    });
    expect(third).toMatchObject({
      error: {
        message: expect.stringContaining(
          'may use up to 1 call, but of the budget of tenant acme (ever) of 2 calls nothing is left',
        ),
      },
    });
  });

  it.each([
    ['user', ana, AskWorkflow, amy, AskWorkflow],
    ['workflow', ana, AskWorkflow, bob, OtherWorkflow],
    ['agent', ana, DeskWorkflow, ana, AskWorkflow],
  ] as const)('are counted by %s', async (scope, first, own, second, other) => {
    await open({ scope, calls: 1 });
    expect(await ask(first, own)).toMatchObject({ status: 'completed' });
    expect(await ask(first, own)).toMatchObject(refused);
    expect(await ask(second, other)).toMatchObject({ status: 'completed' });
  });

  it('hold for one in place of the budget for each', async () => {
    await open({ scope: 'tenant', calls: 1 }, { scope: 'tenant', for: 'acme', calls: 2 });
    await ask(ana);
    expect(await ask(ana)).toMatchObject({ status: 'completed' });
    expect(await ask(ana)).toMatchObject(refused);
    await ask(bob);
    expect(await ask(bob)).toMatchObject(refused);
  });

  it('hold for one whose name is written in another form of Unicode', async () => {
    const tenant = 'Rene\u0301e';
    await open({ scope: 'tenant', calls: 1 }, { scope: 'tenant', for: tenant, calls: 2 });
    const asked = { ...ana, tenant };
    await ask(asked);
    await ask(asked);
    expect(await ask(asked)).toMatchObject(refused);
    expect(await as({ ...admin, tenant }, () => budgets.balance({ tenant }))).toMatchObject([
      { units: { calls: { limit: 2, used: 2 } } },
    ]);
  });

  it('do not concern runs without a tenant or a principal', async () => {
    await open({ scope: 'tenant', calls: 0 }, { scope: 'user', calls: 0 });
    const nobody = await host.t.asSystem(() => host.t.orchestrator.run(AskWorkflow, 'hello'));
    expect(nobody).toMatchObject({ status: 'completed' });
  });

  it('of a tenant hold for what the host itself does for it', async () => {
    await open({ scope: 'tenant', calls: 1 });
    const forAcme = () =>
      current.asSystem({ name: 'job', reason: 'test', tenant: 'acme' }, () =>
        host.t.orchestrator.run(AskWorkflow, 'hello'),
      );
    expect(await forAcme()).toMatchObject({ status: 'completed' });
    expect(await forAcme()).toMatchObject(refused);
  });

  it('start again in the next window', async () => {
    await open({ scope: 'tenant', calls: 1, window: '1d', timeZone: 'Europe/Berlin' });
    await ask(ana);
    expect(await ask(ana)).toMatchObject(refused);
    await host.t.clock.advance('1d');
    expect(await ask(ana)).toMatchObject({ status: 'completed' });
  });

  it('let a run wait that is to pause, until the next window', async () => {
    await open({ scope: 'tenant', calls: 1, window: '1h', onExceeded: 'pause' });
    await ask(ana);
    const { runId, ...paused } = await ask(ana);
    expect(paused).toMatchObject({
      status: 'paused',
      waitingFor: [
        { for: 'budget', limit: 'budget of tenant acme', until: expect.stringMatching(/:00:00\.000Z$/) },
      ],
    });
    await host.t.clock.advance('1h');
    expect(await host.t.result(runId)).toMatchObject({ status: 'completed', output: 'hi' });
    expect(await host.t.history(runId)).toContain('timer.fired ask');
  });

  it('let a run wait that is to pause, until somebody raises the budget', async () => {
    await open({ scope: 'tenant', calls: 1, onExceeded: 'pause' });
    await ask(ana);
    const { runId } = await ask(ana);
    await host.t.clock.advance('1h');
    expect(await host.t.result(runId)).toMatchObject({ status: 'paused' });
    await as(admin, () => budgets.raise({ tenant: 'acme' }, { calls: 1 }));
    await host.t.clock.advance('1s');
    expect(await host.t.result(runId)).toMatchObject({ status: 'completed' });
    expect(await host.t.history(runId)).toContain('limit.eased');
    expect(await ask(ana)).toMatchObject({ status: 'paused' });
  });

  it('are exact for the parallel branches of parallel runs', async () => {
    await open({ scope: 'tenant', calls: 37 });
    const inputs = Array.from({ length: 20 }, (_, index) => `hello ${index}`);
    const runs = await Promise.all(
      Array.from({ length: 10 }, () => as(ana, () => host.t.run(ManyWorkflow, inputs))),
    );
    expect(runs.every(({ status }) => status === 'completed')).toBe(true);
    expect(host.t.models.calls).toHaveLength(37);
    expect(await as(ana, () => budgets.balance({ tenant: 'acme' }).catch(() => 'denied'))).toBe('denied');
    expect(await as(admin, () => budgets.balance({ tenant: 'acme' }))).toEqual([
      { units: { calls: { limit: 37, used: 37, reserved: 0, left: 0 } } },
    ]);
  });

  it('book a bill that is larger than its estimate in full, and say so', async () => {
    await open({ scope: 'tenant', tokens: 1_000 });
    host.t.models.reset();
    host.t.models
      .on(/hello/)
      .reply({ answer: { text: 'hi', usage: { inputTokens: 900, outputTokens: 2_000 } } });
    const { runId } = await ask(ana);
    const items = await found(runId, 'budget.overrun');
    expect(items[0]?.payload).toMatchObject({ unit: 'tokens', used: 2_900, budgets: ['tenant acme'] });
    expect(await as(admin, () => budgets.balance({ tenant: 'acme' }))).toMatchObject([
      { units: { tokens: { used: 2_900, left: 0 } } },
    ]);
    await host.t.module.get(SharedBudgets, { strict: false }).fold();
    expect(await ask(ana)).toMatchObject(refused);
  });

  it('warn once when the soft limit is reached', async () => {
    await open({ scope: 'tenant', calls: 4, warnAt: 0.5 });
    const runs = [await ask(ana), await ask(ana), await ask(ana)];
    const warned = await Promise.all(runs.map(({ runId }) => found(runId, 'budget.warned')));
    expect(warned.map((items) => items.map(({ payload }) => payload))).toEqual([
      [],
      [{ owner: 'tenant acme', window: 'ever', unit: 'calls', limit: 4, used: 2, warnAt: 0.5 }],
      [],
    ]);
  });

  it('tell who holds what is set aside, also those who are refused', async () => {
    await open({ scope: 'tenant', calls: 1 });
    const [asked, answer] = [new Latch(), new Latch()];
    host.t.models.reset();
    host.t.models.on(/hello/).reply(async () => {
      asked.open();
      await answer.opened;
      return 'hi';
    });
    const first = await as(ana, () => host.t.start(AskWorkflow, 'hello'));
    await asked.opened;
    const holder = { step: 'ask.ask', runId: first.id, amount: 1 };
    expect(await as(admin, () => budgets.holders({ tenant: 'acme' }))).toEqual([
      { unit: 'calls', holders: [holder] },
    ]);
    const second = await ask(ana);
    const items = await found(second.runId, 'budget.exceeded');
    expect(items[0]?.payload).toMatchObject({ used: 1, reserved: 1, holders: [holder] });
    answer.open();
    expect(await host.t.result(first.id)).toMatchObject({ status: 'completed' });
    expect(await as(admin, () => budgets.holders({ tenant: 'acme' }))).toEqual([
      { unit: 'calls', holders: [] },
    ]);
  });

  it('leave nothing set aside after failures, cancellations and refusals of the run itself', async () => {
    await open({ scope: 'tenant', calls: 100 });
    host.t.models.reset();
    host.t.models.on('hello').fail(new Error('no'));
    await ask(ana);
    await as(ana, () => host.t.run(AskWorkflow, 'hello', { budget: { calls: 0 } }));
    const asked = new Latch();
    host.t.models.reset();
    host.t.models.on('hello').reply(async () => {
      asked.open();
      return new Promise<string>(() => undefined);
    });
    const handle = await as(ana, () => host.t.start(AskWorkflow, 'hello'));
    await asked.opened;
    await as(ana, () => handle.cancel('enough'));
    await host.t.result(handle.id);
    await host.t.module.get(SharedBudgets, { strict: false }).fold();
    expect(await as(admin, () => budgets.balance({ tenant: 'acme' }))).toMatchObject([
      { units: { calls: { reserved: 0 } } },
    ]);
  });

  it('are read and raised by those who may, each in the window that they name', async () => {
    await open(
      { scope: 'user', usd: 5, window: '1d' },
      { scope: 'user', usd: 50, window: 'month' },
      { scope: 'workflow', calls: 9 },
    );
    await ask(ana);
    const denied = { code: 'ACCESS_DENIED' };
    const own = { user: 'ana', tenant: 'acme' };
    expect(await as(ana, () => budgets.balance(own))).toMatchObject([
      { window: '1d', until: expect.any(Date), units: { usd: { limit: 5 } } },
      { window: 'month', units: { usd: { limit: 50 } } },
    ]);
    await expect(as(amy, () => budgets.balance(own))).rejects.toMatchObject(denied);
    await expect(as(bob, () => budgets.balance(own))).rejects.toMatchObject(denied);
    await expect(as(ana, () => budgets.raise({ ...own, window: '1d' }, { usd: 1 }))).rejects.toMatchObject(
      denied,
    );
    await expect(as(admin, () => budgets.balance({ workflow: 'ask' }))).rejects.toMatchObject(denied);
    await as(admin, () => budgets.raise({ ...own, window: '1d' }, { usd: 1.5 }, { reason: 'a long day' }));
    expect(await as(ana, () => budgets.raises(own))).toMatchObject([
      { by: admin.id, reason: 'a long day', at: expect.any(Date), more: { usd: 1.5 } },
    ]);
    await expect(as(bob, () => budgets.raises(own))).rejects.toMatchObject(denied);
    await expect(as(operator, () => budgets.raises(own, { limit: 0 }))).rejects.toMatchObject({
      code: 'INPUT_VALIDATION',
    });
    expect(await as(operator, () => budgets.balance(own))).toMatchObject([
      { units: { usd: { limit: 6.5 } } },
      { units: { usd: { limit: 50 } } },
    ]);
    expect(await as(operator, () => budgets.balance({ workflow: 'ask' }))).toMatchObject([
      { units: { calls: { used: 1, left: 8 } } },
    ]);
    const invalid = { code: 'INPUT_VALIDATION' };
    const raise = (...args: Parameters<BudgetService['raise']>) => as(operator, () => budgets.raise(...args));
    await expect(raise(own, { usd: 1 })).rejects.toMatchObject(invalid);
    await expect(raise({ workflow: 'ask' }, { usd: 1 })).rejects.toMatchObject(invalid);
    await expect(raise({ workflow: 'ask' }, { calls: 0.5 })).rejects.toMatchObject(invalid);
    await expect(raise({ workflow: 'ask' }, {})).rejects.toMatchObject(invalid);
    await expect(raise({ agent: 'clerk' }, { calls: 1 })).rejects.toMatchObject(invalid);
    await expect(raise({} as never, { calls: 1 })).rejects.toMatchObject(invalid);
  });
});
