import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import {
  Agent,
  AgentService,
  allow,
  CurrentPrincipal,
  delegate,
  Guardrail,
  GuardrailSubject,
  HumanReview,
  Input,
  KillSwitchError,
  KillSwitchService,
  ModelService,
  type Principal,
  RoleAccessPolicy,
  Step,
  Tool,
  ToolService,
  Workflow,
} from 'nestjs-nestor';
import { Journal } from '../../lib/journal/index.js';
import { type Host, openHost, stores } from '../e2e/host.js';
import { Latch } from '../e2e/latch.js';

let sent: string[] = [];
let arrived = new Latch();
let door = new Latch();

/** Where a guardrail stands still, while the test does something. */
let looking: { readonly at: string; readonly arrived: Latch; readonly door: Latch } | undefined;

class Reader {
  @Guardrail({ at: 'tool.call' })
  async read({ value }: GuardrailSubject) {
    if (!looking || value !== looking.at) return allow();
    looking.arrived.open();
    await looking.door.opened;
    return allow();
  }
}

class Mail {
  @Tool({ description: 'Sends a mail', effect: 'irreversible' })
  async send(to: string): Promise<string> {
    sent.push(to);
    return `sent to ${to}`;
  }

  @Tool({ description: 'Sends a mail after somebody has looked', effect: 'irreversible' })
  @HumanReview({ roles: ['lead'] })
  async sendReviewed(to: string): Promise<string> {
    sent.push(to);
    return `sent to ${to}`;
  }

  @Tool({ description: 'Calls another tool', effect: 'irreversible' })
  async sendTwice(to: string): Promise<string> {
    await this.send(to);
    return this.send(to);
  }
}

@Workflow()
class MailWorkflow {
  constructor(private readonly mail: Mail) {}

  @Step()
  async send(@Input() to: string): Promise<string> {
    return this.mail.send(to);
  }
}

@Workflow()
class ReviewedWorkflow {
  constructor(private readonly mail: Mail) {}

  @Step()
  async send(@Input() to: string): Promise<string> {
    return this.mail.sendReviewed(to);
  }
}

@Workflow()
class NestedWorkflow {
  constructor(private readonly mail: Mail) {}

  @Step({ retry: { attempts: 1 } })
  async send(@Input() to: string): Promise<string> {
    return this.mail.sendTwice(to);
  }
}

/** Two steps; the first waits until the test lets it end. */
@Workflow()
class SlowWorkflow {
  @Step()
  async first(): Promise<string> {
    arrived.open();
    await door.opened;
    return 'first';
  }

  @Step({ after: 'first' })
  second(): string {
    sent.push('second');
    return 'second';
  }
}

@Workflow({ result: 'ask' })
class ParentWorkflow {
  @Step({ delegate: () => MailWorkflow })
  ask(@Input() to: string) {
    return delegate(MailWorkflow, to);
  }
}

@Workflow()
class UndoneWorkflow {
  constructor(private readonly mail: Mail) {}

  @Step({ compensate: 'unbook' })
  async book(): Promise<string> {
    arrived.open();
    await door.opened;
    return 'booked';
  }

  async unbook(): Promise<void> {
    await this.mail.send('cancellation');
  }

  @Step({ after: 'book', retry: { attempts: 1 } })
  fail(): string {
    throw new Error('no seats');
  }
}

@Workflow()
class AskWorkflow {
  constructor(private readonly models: ModelService) {}

  @Step()
  async ask(@Input() prompt: string): Promise<string> {
    return (await this.models.generate({ prompt })).text;
  }
}

@Agent({ model: 'scripted/default', instructions: 'clerk' })
class ClerkAgent {}

@Workflow()
class AgentWorkflow {
  constructor(private readonly agents: AgentService) {}

  @Step()
  async ask(@Input() question: string): Promise<string> {
    return (await this.agents.run(ClerkAgent, question)).output as string;
  }
}

const operator: Principal = { id: 'olga', roles: ['operator'] };
const admin: Principal = { id: 'ada', roles: ['admin'], tenant: 'acme' };
const ana: Principal = { id: 'ana', roles: [], tenant: 'acme' };
const bob: Principal = { id: 'bob', roles: [], tenant: 'bolt' };
const lead: Principal = { id: 'lee', roles: ['lead'], tenant: 'acme' };

describe.each(stores)('the kill switch (%s)', (store) => {
  let host: Host;
  let killSwitch: KillSwitchService;
  let current: CurrentPrincipal;
  const as = <T>(principal: Principal, work: () => Promise<T>) => current.run(principal, work);
  const set = (...args: Parameters<KillSwitchService['set']>) => as(operator, () => killSwitch.set(...args));
  const lift = (target: Parameters<KillSwitchService['lift']>[0]) =>
    as(operator, () => killSwitch.lift(target, { reason: 'repaired' }));
  const stop = { mode: 'stop', reason: 'wrong recipients' } as const;
  const halt = { mode: 'halt', reason: 'wrong recipients' } as const;
  /** What is due is looked for, as every second. */
  const sweep = () => host.t.clock.advance('1s');

  beforeEach(async () => {
    Logger.overrideLogger(false);
    sent = [];
    looking = undefined;
    arrived = new Latch();
    door = new Latch();
    host = await openHost(
      store,
      [
        Reader,
        Mail,
        MailWorkflow,
        ReviewedWorkflow,
        NestedWorkflow,
        SlowWorkflow,
        ParentWorkflow,
        UndoneWorkflow,
        AskWorkflow,
        ClerkAgent,
        AgentWorkflow,
      ],
      {
        principal: () => undefined,
        access: new RoleAccessPolicy({
          tenantRoles: ['admin'],
          platformRoles: { operator: ['killswitch.set', 'run.read', 'audit.read', 'run.retry', 'run.fork'] },
        }),
      },
    );
    killSwitch = host.t.module.get(KillSwitchService, { strict: false });
    current = host.t.module.get(CurrentPrincipal, { strict: false });
  });
  afterEach(() => host.close());

  it('lets a run wait whose tool is stopped, and go on when the switch is lifted', async () => {
    await set({ tool: 'send' }, stop);
    const run = await as(ana, () => host.t.run(MailWorkflow, 'x@y'));
    expect(run).toMatchObject({
      status: 'paused',
      waitingFor: [{ for: 'killswitch', limit: 'kill switch for tool send', step: 'send' }],
    });
    await sweep();
    expect(sent).toEqual([]);
    await lift({ tool: 'send' });
    await sweep();
    expect(await host.t.result(run.runId)).toMatchObject({ status: 'completed', output: 'sent to x@y' });
    expect(sent).toEqual(['x@y']);
    const history = await host.t.history(run.runId);
    expect(history).toEqual([
      'run.created',
      'run.started',
      'policy.denied send',
      'step.waiting send',
      'run.paused',
      'run.resumed',
      'limit.eased',
      'call.intended send',
      'call.completed send',
      'step.completed send',
      'run.completed',
    ]);
  });

  it('does not wake a run for another switch, and leaves no trace in it', async () => {
    await set({ tool: 'send' }, stop);
    const { runId } = await as(ana, () => host.t.run(MailWorkflow, 'x@y'));
    const before = await host.t.history(runId);
    await set({ tool: 'another' }, stop);
    await sweep();
    const claims = async () =>
      (await as(operator, () => host.t.orchestrator.find({}))).items.find(({ id }) => id === runId)
        ?.leaseEpoch;
    const looked = await claims();
    await sweep();
    expect(await claims()).toBe(looked);
    expect(await host.t.history(runId)).toEqual(before);
    await lift({ tool: 'send' });
    await sweep();
    expect(await host.t.result(runId)).toMatchObject({ status: 'completed' });
  });

  it('refuses a start, a retry and a fork of what is stopped, and says why', async () => {
    const { runId } = await as(ana, () => host.t.run(MailWorkflow, 'x@y'));
    await set({ workflow: 'mail' }, stop);
    const refusal = {
      code: 'KILL_SWITCH',
      details: { target: 'workflow mail', mode: 'stop', reason: 'wrong recipients' },
    };
    const starting = as(ana, () => host.t.run(MailWorkflow, 'x@y'));
    await expect(starting).rejects.toBeInstanceOf(KillSwitchError);
    await expect(starting).rejects.toMatchObject(refusal);
    await expect(
      as(ana, () => host.t.orchestrator.handle(runId).fork({ from: 'send' })),
    ).rejects.toMatchObject(refusal);
    await expect(as(ana, () => host.t.orchestrator.handle(runId).retry())).rejects.toMatchObject(refusal);
    const { items } = await as(ana, () => host.t.orchestrator.find({ workflow: 'mail' }));
    expect(items.map(({ id }) => id)).toEqual([runId]);
    await lift({ workflow: 'mail' });
    expect(await as(ana, () => host.t.run(MailWorkflow, 'x@y'))).toMatchObject({ status: 'completed' });
  });

  it('stops a sub-workflow as it stops its start, and its parent waits', async () => {
    await set({ workflow: 'mail' }, stop);
    const run = await as(ana, () => host.t.run(ParentWorkflow, 'x@y'));
    expect(run).toMatchObject({ status: 'paused', waitingFor: [{ for: 'killswitch' }] });
    await lift({ workflow: 'mail' });
    await sweep();
    expect(await host.t.result(run.runId)).toMatchObject({ status: 'completed', output: 'sent to x@y' });
  });

  it('stop lets a run that has begun come to its end; halt has it begin nothing more', async () => {
    const begun = await as(ana, () => host.t.start(SlowWorkflow, undefined));
    await arrived.opened;
    await set({ workflow: 'slow' }, stop);
    await set({ workflow: 'slow' }, halt);
    door.open();
    expect(await host.t.result(begun.id)).toMatchObject({
      status: 'paused',
      waitingFor: [{ for: 'killswitch', limit: 'kill switch for workflow slow' }],
    });
    expect(sent).toEqual([]);
    await set({ workflow: 'slow' }, stop);
    await sweep();
    expect(await host.t.result(begun.id)).toMatchObject({ status: 'completed', output: 'second' });
    expect(await host.t.history(begun.id)).not.toContain('limit.eased');
  });

  it('halts runs that wait for something else, too, once that has come', async () => {
    const { runId } = await as(ana, () => host.t.run(ReviewedWorkflow, 'x@y'));
    await set({ tenant: 'acme' }, halt);
    await as(lead, () => host.t.approve(runId));
    await sweep();
    expect(await host.t.result(runId)).toMatchObject({
      status: 'paused',
      waitingFor: [{ limit: 'kill switch for tenant acme' }],
    });
    expect(sent).toEqual([]);
    await lift({ tenant: 'acme' });
    await sweep();
    expect(await host.t.result(runId)).toMatchObject({ status: 'completed' });
  });

  it('holds for a call that was approved while the switch was on', async () => {
    const { runId } = await as(ana, () => host.t.run(ReviewedWorkflow, 'x@y'));
    await set({ tool: 'sendReviewed' }, stop);
    await as(lead, () => host.t.approve(runId));
    expect(await host.t.result(runId)).toMatchObject({ status: 'paused' });
    expect(sent).toEqual([]);
    await lift({ tool: 'sendReviewed' });
    await sweep();
    expect(await host.t.result(runId)).toMatchObject({ status: 'completed' });
    expect(sent).toEqual(['x@y']);
  });

  it('is asked again right before a call is performed, and before its intent is on record', async () => {
    looking = { at: 'x@y', arrived: new Latch(), door: new Latch() };
    const run = await as(ana, () => host.t.start(MailWorkflow, 'x@y'));
    await looking.arrived.opened;
    await set({ tool: 'send' }, stop);
    looking.door.open();
    expect(await host.t.result(run.id)).toMatchObject({ status: 'paused' });
    expect(sent).toEqual([]);
    expect(await host.t.history(run.id)).not.toContain('call.intended send');
    await lift({ tool: 'send' });
    await sweep();
    expect(await host.t.result(run.id)).toMatchObject({ status: 'completed' });
  });

  it('takes an intent back that it has come too late for, and the call is made afterwards, once', async () => {
    const journal = host.t.module.get(Journal, { strict: false });
    const append = journal.append.bind(journal);
    jest.spyOn(journal, 'append').mockImplementation(async (one) => {
      const written = await append(one);
      if (one.records.some(({ type }) => type === 'call.intended') && sent.length === 0)
        await set({ tool: 'send' }, stop);
      return written;
    });
    const { runId, status } = await as(ana, () => host.t.run(MailWorkflow, 'x@y'));
    expect(status).toBe('paused');
    expect(sent).toEqual([]);
    jest.restoreAllMocks();
    await lift({ tool: 'send' });
    await sweep();
    expect(await host.t.result(runId)).toMatchObject({ status: 'completed', output: 'sent to x@y' });
    expect(sent).toEqual(['x@y']);
    expect((await host.t.history(runId)).filter((type) => type.startsWith('call.'))).toEqual([
      'call.intended send',
      'call.failed send',
      'call.intended send',
      'call.completed send',
    ]);
  });

  it('of a tenant concerns what the host itself does for it', async () => {
    const forAcme = (tenant: string) =>
      current.asSystem({ name: 'job', reason: 'test', tenant }, () =>
        host.t.orchestrator.run(MailWorkflow, tenant),
      );
    await set({ tool: 'send', tenant: 'acme' }, stop);
    expect(await forAcme('acme')).toMatchObject({ status: 'paused' });
    expect(await forAcme('bolt')).toMatchObject({ status: 'completed' });
    await set({ tenant: 'acme' }, stop);
    await expect(forAcme('acme')).rejects.toBeInstanceOf(KillSwitchError);
  });

  it('concerns only the tenant that it names', async () => {
    await as(admin, () => killSwitch.set({ tool: 'send', tenant: 'acme' }, stop));
    expect(await as(ana, () => host.t.run(MailWorkflow, 'a'))).toMatchObject({ status: 'paused' });
    expect(await as(bob, () => host.t.run(MailWorkflow, 'b'))).toMatchObject({ status: 'completed' });
    expect(sent).toEqual(['b']);
  });

  it('concerns the tenant that it names in another form of Unicode', async () => {
    const rene = { ...ana, tenant: 'Rene\u0301e' };
    await set({ tool: 'send', tenant: rene.tenant }, stop);
    expect(await as(rene, () => host.t.run(MailWorkflow, 'a'))).toMatchObject({ status: 'paused' });
    await lift({ tool: 'send', tenant: rene.tenant.normalize('NFC') });
  });

  it.each([
    ['everything', { everything: true } as const],
    ['the tenant', { tenant: 'acme' }],
    ['the model', { model: 'scripted/default' }],
    ['the provider', { model: 'scripted/*' }],
  ])('of %s stops requests to models', async (_, target) => {
    host.t.models.on('hello').reply('hi');
    const slow = await as(ana, () => host.t.start(SlowWorkflow, undefined));
    await arrived.opened;
    await set(target, stop);
    door.open();
    // What is the run's own work goes on.
    expect(await host.t.result(slow.id)).toMatchObject({ status: 'completed' });
    const asking = as(ana, () => host.t.run(AskWorkflow, 'hello'));
    if ('model' in target) {
      const { runId } = await asking;
      expect(await host.t.result(runId)).toMatchObject({ status: 'paused' });
    } else await expect(asking).rejects.toBeInstanceOf(KillSwitchError);
    expect(host.t.models.calls).toEqual([]);
    await lift(target);
    await sweep();
    expect(await as(ana, () => host.t.run(AskWorkflow, 'hello'))).toMatchObject({ status: 'completed' });
  });

  it('stops an agent before it begins', async () => {
    host.t.models.on('clerk').reply('done');
    await set({ agent: 'clerk' }, stop);
    const { runId, status } = await as(ana, () => host.t.run(AgentWorkflow, 'help'));
    expect(status).toBe('paused');
    await lift({ agent: 'clerk' });
    await sweep();
    expect(await host.t.result(runId)).toMatchObject({ status: 'completed', output: 'done' });
  });

  it('refuses a call outside of runs, where nothing can wait', async () => {
    const tools = host.t.module.get(ToolService, { strict: false });
    await set({ tool: 'send' }, stop);
    await expect(as(ana, () => tools.call('send', 'x@y'))).rejects.toBeInstanceOf(KillSwitchError);
    expect(sent).toEqual([]);
  });

  it('refuses a call within an irreversible one, which is put before a person then', async () => {
    await set({ tool: 'send' }, stop);
    const run = await as(ana, () => host.t.run(NestedWorkflow, 'x@y'));
    expect(run).toMatchObject({ status: 'waiting', waitingFor: [{ for: 'review' }] });
    expect(sent).toEqual([]);
  });

  it('lets what has to be undone be undone', async () => {
    const begun = await as(ana, () => host.t.start(UndoneWorkflow, undefined));
    await arrived.opened;
    await set({ everything: true }, stop);
    door.open();
    expect(await host.t.result(begun.id)).toMatchObject({ status: 'failed' });
    expect(sent).toEqual(['cancellation']);
  });

  it('is on record with who has changed it and why', async () => {
    await set({ tool: 'send' }, stop);
    await as(admin, () => killSwitch.set({ tenant: 'acme' }, halt));
    await lift({ tool: 'send' });
    const all = await as(operator, () => killSwitch.changes());
    expect(all.map(({ by, mode, target, reason }) => ({ by, mode, target, reason }))).toEqual([
      { by: 'olga', mode: null, target: { kind: 'tool', name: 'send' }, reason: 'repaired' },
      { by: 'ada', mode: 'halt', target: { kind: 'tenant', tenant: 'acme' }, reason: 'wrong recipients' },
      { by: 'olga', mode: 'stop', target: { kind: 'tool', name: 'send' }, reason: 'wrong recipients' },
    ]);
    expect(await as(operator, () => killSwitch.list())).toMatchObject([{ by: 'ada', mode: 'halt' }]);
    expect(await as(admin, () => killSwitch.changes())).toHaveLength(1);
    expect(await as(operator, () => killSwitch.changes({ limit: 1 }))).toHaveLength(1);
  });

  it.each([
    [{}],
    [{ everything: true, tenant: 'acme' }],
    [{ tool: 'a', agent: 'b' }],
    [{ tool: '' }],
    [{ tenant: '' }],
    [{ tool: 5 }],
    [null],
  ])('takes no target such as %j', async (target) => {
    await expect(set(target as never, stop)).rejects.toMatchObject({ code: 'INPUT_VALIDATION' });
    expect(await as(operator, () => killSwitch.list())).toEqual([]);
  });

  it('takes no switch without a reason, no other mode, and lifts none that is not on', async () => {
    const wrong = { code: 'INPUT_VALIDATION' };
    await expect(set({ tool: 'a' }, { mode: 'stop', reason: ' ' })).rejects.toMatchObject(wrong);
    await expect(set({ tool: 'a' }, { mode: 'pause' as never, reason: 'x' })).rejects.toMatchObject(wrong);
    await expect(lift({ tool: 'a' })).rejects.toMatchObject(wrong);
    await expect(as(operator, () => killSwitch.changes({ limit: 0 }))).rejects.toMatchObject(wrong);
  });
});
