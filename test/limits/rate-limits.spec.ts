import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import {
  Agent,
  AgentService,
  CurrentPrincipal,
  HumanReview,
  Input,
  Item,
  ModelService,
  type Principal,
  type RateLimit,
  RateLimitExceededError,
  Step,
  Tool,
  ToolService,
  Workflow,
} from 'nestjs-nestor';
import { type Host, openHost, stores } from '../e2e/host.js';

let sent: { readonly to: string; readonly at: number }[] = [];
let now: () => number;

class Mail {
  @Tool({ description: 'Sends a mail', effect: 'irreversible' })
  async send(to: string): Promise<string> {
    sent.push({ to, at: now() });
    return `sent to ${to}`;
  }

  @Tool({ description: 'Sends a mail that somebody has read', effect: 'irreversible' })
  @HumanReview({ roles: [] })
  async sendRead(to: string): Promise<string> {
    sent.push({ to, at: now() });
    return `sent to ${to}`;
  }
}

const once = { attempts: 1 };

@Workflow()
class PlainWorkflow {
  @Step()
  say(@Input() text: string): string {
    return text;
  }
}

@Workflow()
class OtherWorkflow {
  @Step()
  say(@Input() text: string): string {
    return text;
  }
}

@Workflow()
class MailWorkflow {
  constructor(private readonly mail: Mail) {}

  @Step({ retry: once })
  async send(@Input() to: string): Promise<string> {
    return this.mail.send(to);
  }
}

@Workflow()
class MailsWorkflow {
  constructor(private readonly mail: Mail) {}

  @Step({
    forEach: { over: ({ input }) => input as string[], concurrency: 20, onError: 'collect' },
    retry: once,
  })
  async send(@Item() to: string, @Input() _: string[]): Promise<string> {
    return this.mail.send(to);
  }
}

@Workflow()
class TogetherWorkflow {
  constructor(private readonly mail: Mail) {}

  @Step({ retry: once })
  send(@Input() all: string[]): Promise<string[]> {
    return Promise.all(all.map((to) => this.mail.send(to)));
  }
}

@Workflow()
class ReadWorkflow {
  constructor(private readonly mail: Mail) {}

  @Step({ retry: once })
  async send(@Input() to: string): Promise<string> {
    return this.mail.sendRead(to);
  }
}

@Workflow()
class AskWorkflow {
  constructor(private readonly models: ModelService) {}

  @Step({ retry: once })
  async ask(@Input() prompt: string): Promise<string> {
    return (await this.models.generate({ prompt, maxTokens: 100 })).text;
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

const ana: Principal = { id: 'ana', roles: [], tenant: 'acme' };
const amy: Principal = { id: 'amy', roles: [], tenant: 'acme' };
const bob: Principal = { id: 'bob', roles: ['vip'], tenant: 'bolt' };

describe.each(stores)('rate limits (%s)', (store) => {
  let host: Host;
  let current: CurrentPrincipal;
  beforeEach(() => {
    Logger.overrideLogger(false);
    sent = [];
  });
  afterEach(() => host.close());

  async function open(...rateLimits: RateLimit[]): Promise<void> {
    host = await openHost(
      store,
      [
        Mail,
        PlainWorkflow,
        OtherWorkflow,
        MailWorkflow,
        MailsWorkflow,
        TogetherWorkflow,
        ReadWorkflow,
        AskWorkflow,
        ClerkAgent,
        DeskWorkflow,
      ],
      { principal: () => undefined, rateLimits },
    );
    now = () => host.t.clock.now();
    host.t.models.on('clerk').reply('done');
    host.t.models.on(/hello/).reply('hi');
    current = host.t.module.get(CurrentPrincipal, { strict: false });
  }
  const as = <T>(principal: Principal, work: () => Promise<T>) => current.run(principal, work);
  const say = (principal: Principal) => as(principal, () => host.t.run(PlainWorkflow, 'x'));
  const completed = { status: 'completed' };

  it('refuse a start that is one too many, say when to try again, and leave no run', async () => {
    await open({ scope: 'user', requests: 2, window: '1m' });
    await say(ana);
    await say(ana);
    const third = say(ana);
    await expect(third).rejects.toBeInstanceOf(RateLimitExceededError);
    const error = (await third.catch((reason: unknown) => reason)) as RateLimitExceededError;
    expect(error.retryAfter).toBeGreaterThan(20_000);
    expect(error.retryAfter).toBeLessThanOrEqual(30_000);
    expect(error.message).toContain('user acme/ana has 2 requests each 60 s');
    expect(await say(amy)).toMatchObject(completed);
    const { items } = await as(ana, () => host.t.orchestrator.find({}));
    expect(items).toHaveLength(2);
    await host.t.clock.advance(error.retryAfter);
    expect(await say(ana)).toMatchObject(completed);
  });

  it('count starts by tenant and by workflow', async () => {
    await open(
      { scope: 'tenant', requests: 2, window: '1h' },
      { scope: 'workflow', for: 'other', requests: 1, window: '1h' },
    );
    await say(ana);
    await say(amy);
    await expect(say(ana)).rejects.toMatchObject({ code: 'RATE_LIMIT_EXCEEDED' });
    const other = () => as(bob, () => host.t.run(OtherWorkflow, 'x'));
    await other();
    await expect(other()).rejects.toMatchObject({ code: 'RATE_LIMIT_EXCEEDED' });
    expect(await say(bob)).toMatchObject(completed);
  });

  it('hold for one in place of the limit for each, leave out what `skipIf` says, and are split by `key`', async () => {
    await open(
      { scope: 'tenant', requests: 1, window: '1h' },
      { scope: 'tenant', for: 'acme', requests: 2, window: '1h' },
      {
        scope: 'workflow',
        for: 'other',
        requests: 1,
        window: '1h',
        key: ({ principal }) => principal?.id,
        skipIf: ({ principal }) => principal?.roles.includes('vip') === true,
      },
    );
    const other = (principal: Principal) => as(principal, () => host.t.run(OtherWorkflow, 'x'));
    await other(ana);
    await other(amy);
    await expect(other(ana)).rejects.toMatchObject({ code: 'RATE_LIMIT_EXCEEDED' });
    await other(bob);
    await expect(other(bob)).rejects.toMatchObject({ details: { owner: 'tenant bolt' } });
  });

  it('let a call of a tool wait for its turn, and make it then, once', async () => {
    await open({ scope: 'tool', for: 'send', requests: 1, window: '1m' });
    expect(await as(ana, () => host.t.run(MailWorkflow, 'a'))).toMatchObject(completed);
    const waiting = await as(bob, () => host.t.run(MailWorkflow, 'b'));
    expect(waiting).toMatchObject({
      status: 'waiting',
      waitingFor: [{ for: 'timer', timer: 'rate', rate: 'tool send', step: 'send' }],
    });
    await host.t.clock.advance('30s');
    expect(sent).toHaveLength(1);
    await host.t.clock.advance('31s');
    expect(await host.t.result(waiting.runId)).toMatchObject({ status: 'completed', output: 'sent to b' });
    expect(sent.map(({ to }) => to)).toEqual(['a', 'b']);
    expect(await host.t.history(waiting.runId)).toContain('timer.fired send');
  });

  it('hand out turns to many that wait, none at the same time, and none of them twice', async () => {
    await open({ scope: 'tool', requests: 2, window: '10s' });
    const inputs = Array.from({ length: 8 }, (_, index) => `${index}`);
    const { runId } = await as(ana, () => host.t.run(MailsWorkflow, inputs));
    for (let second = 0; second < 45; second++) await host.t.clock.advance('1s');
    expect(await host.t.result(runId)).toMatchObject(completed);
    expect(sent).toHaveLength(8);
    const [first] = sent;
    // Two at once, then one every five seconds: a bucket of two, filled in ten.
    for (const [index, { at }] of sent.entries())
      if (index >= 2) expect(at - (first?.at ?? 0)).toBeGreaterThanOrEqual((index - 1) * 5_000 - 1_500);
  });

  it('keep the turns of calls that one step makes beside each other', async () => {
    await open({ scope: 'tool', requests: 1, window: '10s' });
    const { runId } = await as(ana, () => host.t.run(TogetherWorkflow, ['a', 'b', 'c', 'd']));
    for (let second = 0; second < 33; second++) await host.t.clock.advance('1s');
    expect(await host.t.result(runId)).toMatchObject({
      status: 'completed',
      output: ['sent to a', 'sent to b', 'sent to c', 'sent to d'],
    });
    expect(sent).toHaveLength(4);
  });

  it('fail a call where they say so, and put that on record', async () => {
    await open({ scope: 'tool', requests: 1, window: '1m', onExceeded: 'fail' });
    await as(ana, () => host.t.run(MailWorkflow, 'a'));
    const failed = await as(ana, () => host.t.run(MailWorkflow, 'b'));
    expect(failed).toMatchObject({ status: 'failed', error: { details: { code: 'RATE_LIMIT_EXCEEDED' } } });
    expect(await host.t.history(failed.runId)).toContain('policy.denied send');
    expect(sent).toHaveLength(1);
  });

  it('refuse a call outside of runs, where nothing can wait', async () => {
    await open({ scope: 'tool', requests: 1, window: '1m' });
    const tools = host.t.module.get(ToolService, { strict: false });
    await as(ana, () => tools.call('send', 'a'));
    await expect(as(ana, () => tools.call('send', 'b'))).rejects.toMatchObject({
      code: 'RATE_LIMIT_EXCEEDED',
    });
    expect(sent).toHaveLength(1);
  });

  it('do not count a call that waits for a person twice', async () => {
    await open({ scope: 'tool', requests: 1, window: '1h' });
    const { runId } = await as(ana, () => host.t.run(ReadWorkflow, 'a'));
    expect(await as(amy, () => host.t.approve(runId))).toMatchObject(completed);
  });

  it.each([
    ['model', AskWorkflow],
    ['agent', DeskWorkflow],
  ] as const)('hold for calls of a %s', async (scope, workflow) => {
    await open({ scope, requests: 1, window: '1m', onExceeded: 'fail' });
    const ask = () => as(ana, () => host.t.run(workflow as typeof AskWorkflow, 'hello'));
    expect(await ask()).toMatchObject(completed);
    expect(await ask()).toMatchObject({ status: 'failed' });
    await host.t.clock.advance('1m');
    expect(await ask()).toMatchObject(completed);
  });

  it('count tokens at the most that a call may use, and give back what it has not used', async () => {
    await open({ scope: 'tenant', tokens: 500, window: '1h', onExceeded: 'fail' });
    // Each may use more than a hundred tokens, and uses a few.
    for (let turn = 0; turn < 6; turn++)
      expect(await as(ana, () => host.t.run(AskWorkflow, 'hello'))).toMatchObject(completed);
    host.t.models.reset();
    host.t.models
      .on(/hello/)
      .reply({ answer: { text: 'hi', usage: { inputTokens: 300, outputTokens: 90 } } });
    await as(ana, () => host.t.run(AskWorkflow, 'hello'));
    expect(await as(ana, () => host.t.run(AskWorkflow, 'hello'))).toMatchObject({ status: 'failed' });
    expect(await as(bob, () => host.t.run(AskWorkflow, 'hello'))).toMatchObject(completed);
  });
});
