import { beforeEach, describe, expect, it } from '@jest/globals';
import { Injectable } from '@nestjs/common';
import {
  Agent,
  AgentService,
  allow,
  ConversationService,
  elapsed,
  Guardrail,
  type GuardrailSubject,
  HumanReview,
  Input,
  maxTurns,
  type Message,
  type ModelAnswer,
  reject,
  Step,
  Tool,
  toolCalled,
  Workflow,
} from 'nestjs-nestor';
import { Journal } from '../../../lib/journal/index.js';
import { newId } from '../../../lib/values/index.js';
import { lead } from '../gate/people.js';
import { Latch } from '../latch.js';
import { stores } from '../host.js';
import { sharedHost } from '../shared-host.js';

const world = { began: new Latch(), mayEnd: new Latch(), looked: 0 };

class Query {
  readonly number!: string;
}

@Injectable()
class Desk {
  @Tool({ description: 'Looks, for long', effect: 'none' })
  async look({ number }: Query) {
    world.looked += 1;
    world.began.open();
    await world.mayEnd.opened;
    return `page ${number}`;
  }

  @Tool({ description: 'Orders', effect: 'irreversible' })
  @HumanReview({ roles: ['lead'] })
  async order({ number }: Query) {
    return `ordered ${number}`;
  }
}

@Agent({ description: 'Helps', instructions: 'You help.', tools: () => [Desk] })
class HelpAgent {}

@Agent({
  description: 'Helps for a while',
  instructions: 'You help.',
  tools: () => [Desk],
  stopWhen: maxTurns(1),
})
class BriefAgent {}

@Agent({
  description: 'Helps for ten seconds',
  instructions: 'You help.',
  tools: () => [Desk],
  stopWhen: elapsed('10s'),
})
class SoonAgent {}

@Agent({
  description: 'Looks once',
  instructions: 'You look.',
  tools: () => [Desk],
  stopWhen: toolCalled('look'),
})
class LookAgent {}

@Agent({ name: 'polite', description: 'Helps', instructions: 'You help.', tools: () => [Desk] })
class PoliteAgent {}

@Injectable()
class Rules {
  @Guardrail({ at: 'model.response', agents: ['polite'] })
  polite({ value }: GuardrailSubject<ModelAnswer>) {
    return value.text.includes('rude') ? reject('be polite') : allow();
  }
}

@Workflow()
class TwoWorkflow {
  constructor(private readonly agents: AgentService) {}

  @Step() async both(@Input() _: unknown) {
    const answers = ['left', 'right'].map((side) => this.agents.run(HelpAgent, side));
    return (await Promise.all(answers)).map(({ output }) => output);
  }
}

@Workflow({ result: 'go' })
class GoingOnWorkflow {
  constructor(private readonly agents: AgentService) {}

  @Step() async ask(@Input() _: unknown) {
    return (await this.agents.run(HelpAgent, 'one')).output;
  }

  @Step({ waitFor: 'go', after: 'ask' }) go(): string {
    return 'gone';
  }
}

@Injectable()
class Services {
  constructor(readonly conversations: ConversationService) {
    services.now = this;
  }
}
const services: { now?: Services } = {};

const look = { toolCalls: [{ name: 'look', arguments: { number: '1' } }] };

describe.each(stores)('a message to an agent that works (%s)', (store) => {
  const shared = sharedHost(store, [
    Desk,
    Rules,
    HelpAgent,
    PoliteAgent,
    BriefAgent,
    SoonAgent,
    LookAgent,
    TwoWorkflow,
    GoingOnWorkflow,
    Services,
  ]);
  beforeEach(() => {
    Object.assign(world, { began: new Latch(), mayEnd: new Latch(), looked: 0 });
    shared.t.models.reset();
  });

  const said = (messages: readonly Message[] = []) =>
    messages.map(({ role, content }) => `${role} ${String(content)}`);

  it('is told in its next turn, and stays in the conversation', async () => {
    const { t } = shared;
    const { conversations } = services.now as Services;
    const { id } = await conversations.open();
    t.models.on(HelpAgent).replyOnce(look).replyOnce('Both.');
    const handle = await t.start(HelpAgent, 'one', { conversation: id });
    await world.began.opened;
    await handle.sendMessage('and two');
    world.mayEnd.open();
    expect(await handle.result()).toMatchObject({ output: 'Both.' });
    expect(said(t.models.calls[1]?.messages).slice(-2)).toEqual(['tool page 1', 'user and two']);
    const { items } = await conversations.messages(id);
    expect(said(items.map(({ message }) => message))).toEqual([
      'user one',
      'assistant ',
      'tool page 1',
      'user and two',
      'assistant Both.',
    ]);
  });

  it('is told once, though its sender got no answer and sends it again', async () => {
    const { t } = shared;
    t.models.on(HelpAgent).replyOnce(look).replyOnce('Both.').reply('Again.');
    const handle = await t.start(HelpAgent, 'one');
    await world.began.opened;
    const journal = t.module.get(Journal, { strict: false });
    const message = {
      id: newId(),
      actor: { kind: 'person' as const, id: 'ann' },
      at: new Date().toISOString(),
    };
    const body = { kind: 'message' as const, text: 'and two' };
    for (const taken of [1, 2]) {
      await journal.post(handle.id, { ...message, body });
      // Whoever says more has it read what has come before.
      await handle.sendMessage(`more ${taken}`);
    }
    world.mayEnd.open();
    expect(await handle.result()).toMatchObject({ output: 'Both.' });
    expect(said(t.models.calls[1]?.messages).slice(-3)).toEqual([
      'user and two',
      'user more 1',
      'user more 2',
    ]);
  });

  it('opens one more turn where it comes before the answer', async () => {
    const { t } = shared;
    const answering = new Latch();
    const mayAnswer = new Latch();
    t.models
      .on(HelpAgent)
      .replyOnce(async () => {
        answering.open();
        await mayAnswer.opened;
        return 'One.';
      })
      .replyOnce('And two.');
    const handle = await t.start(HelpAgent, 'one');
    await answering.opened;
    await handle.sendMessage('and two');
    mayAnswer.open();
    expect(await handle.result()).toMatchObject({ output: 'And two.' });
    expect(said(t.models.calls[1]?.messages).slice(-2)).toEqual(['assistant One.', 'user and two']);
  });

  it('is kept over a wait and a crash, and told once', async () => {
    const { t } = shared;
    t.models
      .on(HelpAgent)
      .replyOnce({ toolCalls: [{ name: 'order', arguments: { number: '1' } }] })
      .replyOnce('Ordered, and noted.');
    const handle = await t.start(HelpAgent, 'order');
    expect(await handle.idle()).toMatchObject({ status: 'waiting' });
    await handle.sendMessage('in blue');
    await t.recover();
    expect(await t.approve(handle.id, { by: lead })).toMatchObject({ output: 'Ordered, and noted.' });
    expect(said(t.models.calls[1]?.messages).filter((text) => text === 'user in blue')).toHaveLength(1);
  });

  /** What the conversation has, in which an agent was asked, and told more while its tool worked. */
  async function keptWhere(
    agent: typeof HelpAgent,
    meanwhile: () => Promise<unknown> = async () => undefined,
  ) {
    const { t } = shared;
    const { conversations } = services.now as Services;
    const { id } = await conversations.open();
    const handle = await t.start(agent, 'one', { conversation: id });
    await world.began.opened;
    await handle.sendMessage('and two');
    await meanwhile();
    world.mayEnd.open();
    expect(await handle.result()).toMatchObject({ status: 'completed' });
    const { items } = await conversations.messages(id);
    return said(items.map(({ message }) => message));
  }

  it('stays in the conversation where a guardrail has sent back the answer that came to it', async () => {
    const { t } = shared;
    t.models.on(PoliteAgent).replyOnce(look).replyOnce('rude').replyOnce('Both.');
    expect(await keptWhere(PoliteAgent)).toEqual([
      'user one',
      'assistant ',
      'tool page 1',
      'user and two',
      'assistant Both.',
    ]);
  });

  it('stays in the conversation where the agent has no time left and gives a last answer', async () => {
    const { t } = shared;
    t.models.on(SoonAgent).replyOnce(look).replyOnce('Late.');
    expect(await keptWhere(SoonAgent, () => t.clock.advance('20s'))).toEqual([
      'user one',
      'assistant ',
      'tool page 1',
      'user and two',
      'assistant Late.',
    ]);
    expect(said(t.models.calls[1]?.messages)).toContain('user and two');
  });

  it('stays in the conversation, to be answered next time, where the agent is stopped before it is told', async () => {
    const { t } = shared;
    t.models.on(LookAgent).replyOnce({ ...look, text: 'I look.' });
    expect(await keptWhere(LookAgent)).toEqual([
      'user one',
      'assistant I look.',
      'tool page 1',
      'user and two',
    ]);
  });

  it('stays in the conversation, to be answered next time, where it comes during the last answer at a limit', async () => {
    const { t } = shared;
    const { conversations } = services.now as Services;
    const { id } = await conversations.open();
    const answering = new Latch();
    const mayAnswer = new Latch();
    t.models
      .on(BriefAgent)
      .replyOnce(look)
      .replyOnce(async () => {
        answering.open();
        await mayAnswer.opened;
        return 'Enough.';
      });
    const handle = await t.start(BriefAgent, 'one', { conversation: id });
    await answering.opened;
    await handle.sendMessage('and two');
    mayAnswer.open();
    expect(await handle.result()).toMatchObject({ output: 'Enough.' });
    const { items } = await conversations.messages(id);
    expect(said(items.map(({ message }) => message))).toEqual([
      'user one',
      'assistant Enough.',
      'user and two',
    ]);
    t.models.on(BriefAgent).replyOnce('Two.');
    expect(await t.run(BriefAgent, 'three', { conversation: id })).toMatchObject({ output: 'Two.' });
    expect(said(t.models.calls.at(-1)?.messages).slice(-2)).toEqual(['user and two', 'user three']);
  });

  it('is refused when the agent has answered', async () => {
    const { t } = shared;
    t.models.on(HelpAgent).replyOnce('Done.');
    const handle = await t.start(HelpAgent, 'one');
    await handle.result();
    await expect(handle.sendMessage('too late')).rejects.toMatchObject({ code: 'RUN_FINISHED' });
    await expect(handle.sendMessage(' ')).rejects.toMatchObject({ code: 'INPUT_VALIDATION' });
  });

  it('is refused when the named agent has answered, also while its run goes on', async () => {
    const { t } = shared;
    t.models.on(HelpAgent).replyOnce('Done.');
    const handle = await t.start(GoingOnWorkflow, 1);
    let call = '';
    for await (const event of handle.agentEvents()) {
      if (event.type !== 'done') continue;
      call = event.call;
      break;
    }
    await expect(handle.sendMessage('too late', { call })).rejects.toMatchObject({ code: 'RUN_FINISHED' });
    await handle.signal('go');
    expect(await handle.result()).toMatchObject({ status: 'completed' });
  });

  it('reaches an agent that is named, in its first turn already, while others work', async () => {
    const { t } = shared;
    const answer = new Latch();
    t.models.on('left').replyOnce(look).replyOnce('L');
    t.models.on('right').replyOnce(async () => {
      await answer.opened;
      return 'R';
    });
    t.models.on('for you').replyOnce('R again');
    const handle = await t.start(TwoWorkflow, 1, { stream: true });
    const [started, working] = [new Set<string>(), new Set<string>()];
    for await (const event of handle.agentEvents()) {
      if (event.type === 'turn.started') started.add(event.call);
      if (event.type === 'tool.called') working.add(event.call);
      if (started.size === 2 && working.size === 1) break;
    }
    const call = [...started].find((one) => !working.has(one));
    await handle.sendMessage('for you', { call });
    world.mayEnd.open();
    answer.open();
    expect(await handle.result()).toMatchObject({ status: 'completed', output: ['L', 'R again'] });
  });

  it('has to name an agent where several work', async () => {
    const { t } = shared;
    t.models.on('left').replyOnce(look).replyOnce('L');
    t.models.on('right').replyOnce(look);
    t.models.on('for you').replyOnce('R');
    const handle = await t.start(TwoWorkflow, 1);
    await world.began.opened;
    while (world.looked < 2) await new Promise((resolve) => setImmediate(resolve));
    const refused = handle.sendMessage('for whom');
    await expect(refused).rejects.toMatchObject({ code: 'INPUT_VALIDATION' });
    const { working } = (
      (await refused.catch((error: unknown) => error)) as { details: { working: string[] } }
    ).details;
    expect(working).toHaveLength(2);
    await handle.sendMessage('for you', { call: working[1] as string });
    world.mayEnd.open();
    expect(await handle.result()).toMatchObject({ status: 'completed' });
    const told = t.models.calls.filter(({ messages }) => said(messages).includes('user for you'));
    expect(told).toHaveLength(1);
  });
});
