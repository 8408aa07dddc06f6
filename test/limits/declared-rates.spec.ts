import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Injectable } from '@nestjs/common';
import { Agent, AgentService, Input, maxTurns, Step, Tool, Workflow } from 'nestjs-nestor';
import { type Host, openHost, stores } from '../e2e/host.js';

@Injectable()
class Mail {
  @Tool({ description: 'Sends', effect: 'idempotent', rateLimit: { requests: 1, window: '10s' } })
  async send({ to }: { to: string }) {
    return `sent to ${to}`;
  }
}

@Workflow()
class MailWorkflow {
  constructor(private readonly mail: Mail) {}

  @Step()
  async send(@Input() to: string) {
    return this.mail.send({ to });
  }
}

/** Two a minute, and one an hour for each letter that the input begins with. */
@Workflow({
  rateLimit: [
    { requests: 2, window: '1m' },
    { requests: 1, window: '1h', key: ({ principal }) => principal?.id },
  ],
})
class SeldomWorkflow {
  @Step()
  work(@Input() text: string) {
    return text;
  }
}

@Workflow()
class StepWorkflow {
  @Step()
  begin(@Input() text: string) {
    return text;
  }

  @Step({ after: 'begin', rateLimit: { requests: 1, window: '10s' } })
  async act() {
    return 'acted';
  }
}

@Workflow()
class HastyWorkflow {
  @Step({ rateLimit: { requests: 1, window: '10s', onExceeded: 'fail' }, retry: { attempts: 1 } })
  async act(@Input() text: string) {
    return text;
  }
}

@Agent({
  instructions: 'You answer.',
  stopWhen: maxTurns(2),
  rateLimit: { requests: 1, window: '10s' },
})
class AnswerAgent {}

@Workflow()
class AskWorkflow {
  constructor(private readonly agents: AgentService) {}

  @Step()
  async ask(@Input() text: string) {
    return (await this.agents.run(AnswerAgent, text)).text;
  }
}

describe.each(stores)('the rate limit of a decorator (%s)', (store) => {
  let host: Host;
  beforeAll(async () => {
    host = await openHost(store, [
      AnswerAgent,
      AskWorkflow,
      HastyWorkflow,
      Mail,
      MailWorkflow,
      SeldomWorkflow,
      StepWorkflow,
    ]);
  });
  afterAll(() => host.close());

  const waitsForTurn = (step: string) => ({
    status: 'waiting',
    waitingFor: [{ for: 'timer', timer: 'rate', step }],
  });

  it('holds for calls of a tool: the second waits for its turn', async () => {
    const { t } = host;
    expect(await t.run(MailWorkflow, 'ann')).toMatchObject({ status: 'completed' });
    const { runId } = await t.run(MailWorkflow, 'bob');
    expect(await t.result(runId)).toMatchObject(waitsForTurn('send'));
    await t.clock.advance('10s');
    expect(await t.result(runId)).toMatchObject({ status: 'completed', output: 'sent to bob' });
  });

  it('holds for starts of a workflow, each of several: what is too early is refused', async () => {
    const { t } = host;
    const as = (id: string) => ({ principal: { id, roles: [] } });
    await t.run(SeldomWorkflow, 'a', as('ann'));
    await expect(t.run(SeldomWorkflow, 'a', as('ann'))).rejects.toMatchObject({
      code: 'RATE_LIMIT_EXCEEDED',
      details: { owner: 'workflow seldom (ann)', limit: 1, window: 3_600_000 },
    });
    await t.run(SeldomWorkflow, 'a', as('bob'));
    await expect(t.run(SeldomWorkflow, 'a', as('zoe'))).rejects.toMatchObject({
      details: { owner: 'workflow seldom', limit: 2, window: 60_000 },
    });
  });

  it('holds for a step in all of its runs: the next begins at its turn', async () => {
    const { t } = host;
    expect(await t.run(StepWorkflow, 'a')).toMatchObject({ status: 'completed' });
    const { runId } = await t.run(StepWorkflow, 'b');
    expect(await t.result(runId)).toMatchObject(waitsForTurn('act'));
    await t.clock.advance('10s');
    expect(await t.result(runId)).toMatchObject({ status: 'completed', output: 'acted' });
  });

  it('fails a step that comes too early where it says so', async () => {
    const { t } = host;
    expect(await t.run(HastyWorkflow, 'a')).toMatchObject({ status: 'completed' });
    expect(await t.run(HastyWorkflow, 'b')).toMatchObject({
      status: 'failed',
      error: { details: { code: 'RATE_LIMIT_EXCEEDED' } },
    });
  });

  it('holds for calls of an agent, and for its own runs', async () => {
    const { t } = host;
    t.models.on(AnswerAgent).reply('yes');
    expect(await t.run(AskWorkflow, 'a')).toMatchObject({ output: 'yes' });
    const { runId } = await t.run(AskWorkflow, 'b');
    expect(await t.result(runId)).toMatchObject(waitsForTurn('ask'));
    await t.clock.advance('10s');
    expect(await t.result(runId)).toMatchObject({ output: 'yes' });
    await t.run(AnswerAgent, 'a');
    await expect(t.run(AnswerAgent, 'b')).rejects.toMatchObject({ code: 'RATE_LIMIT_EXCEEDED' });
  });
});
