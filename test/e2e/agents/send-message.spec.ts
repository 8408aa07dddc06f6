import { beforeEach, describe, expect, it } from '@jest/globals';
import { Injectable } from '@nestjs/common';
import {
  Agent,
  AgentService,
  ConversationService,
  HumanReview,
  Input,
  type Message,
  Step,
  Tool,
  Workflow,
} from 'nestjs-nestor';
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
  const shared = sharedHost(store, [Desk, HelpAgent, TwoWorkflow, GoingOnWorkflow, Services]);
  beforeEach(() => {
    Object.assign(world, { began: new Latch(), mayEnd: new Latch(), looked: 0 });
    shared.t.models.calls.length = 0;
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
