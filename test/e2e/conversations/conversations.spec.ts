import { beforeEach, describe, expect, it } from '@jest/globals';
import { Injectable } from '@nestjs/common';
import {
  Agent,
  AgentService,
  ConversationService,
  CurrentPrincipal,
  HumanReview,
  Input,
  type Message,
  maxTurns,
  Orchestrator,
  type Principal,
  Step,
  Tool,
  Workflow,
} from 'nestjs-nestor';
import { lead } from '../gate/people.js';
import { stores } from '../host.js';
import { sharedHost } from '../shared-host.js';

const done: string[] = [];

class Query {
  readonly number!: string;
}

@Injectable()
class Articles {
  @Tool({ description: 'Searches articles', effect: 'none' })
  async search({ number }: Query) {
    done.push(`search ${number}`);
    return `article ${number}`;
  }

  @Tool({ description: 'Orders a copy', effect: 'irreversible' })
  @HumanReview({ roles: ['lead'] })
  async order({ number }: Query) {
    done.push(`order ${number}`);
    return `ordered ${number}`;
  }
}

@Agent({
  description: 'Helps',
  instructions: 'You help.',
  tools: () => [Articles],
  handoffs: () => [BillingAgent],
})
class HelpAgent {}

@Agent({
  description: 'Does billing',
  instructions: (reason) => `You do billing: ${String(reason)}`,
  tools: () => [Articles],
  stopWhen: maxTurns(3),
})
class BillingAgent {}

@Agent({ instructions: 'You are strict.', stopWhen: maxTurns(1), tools: () => [Articles], onStop: 'fail' })
class StrictAgent {}

@Workflow()
class TwiceWorkflow {
  constructor(private readonly agents: AgentService) {}

  @Step() async talk(@Input() conversation: string) {
    const first = await this.agents.run(HelpAgent, 'one', { conversation });
    const second = await this.agents.run(HelpAgent, 'two', { conversation });
    return [first.output, second.output, second.messages.length];
  }
}

@Workflow()
class FailingWorkflow {
  constructor(private readonly agents: AgentService) {}

  @Step() async talk(@Input() conversation: string) {
    const failed = await this.agents
      .run(StrictAgent, 'no', { conversation })
      .catch((error: Error) => error.name);
    await new Promise((resolve) => setImmediate(resolve));
    return failed;
  }
}

@Injectable()
class Services {
  constructor(
    readonly conversations: ConversationService,
    readonly current: CurrentPrincipal,
    readonly orchestrator: Orchestrator,
  ) {
    services.now = this;
  }
}
const services: { now?: Services } = {};

const ann: Principal = { id: 'ann', roles: [], tenant: 'acme' };
const bob: Principal = { id: 'bob', roles: [], tenant: 'acme' };
const calls = (name: string, args: object) => ({ toolCalls: [{ name, arguments: { ...args } }] });

describe.each(stores)('a conversation (%s)', (store) => {
  const shared = sharedHost(store, [
    Articles,
    HelpAgent,
    BillingAgent,
    StrictAgent,
    TwiceWorkflow,
    FailingWorkflow,
    Services,
  ]);
  let number = 0;
  let id = '';
  const own = () => services.now as Services;
  const conversations = () => own().conversations;
  const as = <T>(principal: Principal | undefined, body: () => Promise<T>): Promise<T> =>
    own().current.run(principal, body);
  const talk = (input: string, principal: Principal | undefined = ann, agent: typeof HelpAgent = HelpAgent) =>
    shared.t.run(agent, input, { conversation: id, ...(principal ? { principal } : {}) });
  const said = async (principal: Principal = ann) =>
    (await as(principal, () => conversations().messages(id))).items.map(({ message }) => text(message));

  beforeEach(async () => {
    done.length = 0;
    shared.t.models.calls.length = 0;
    id = `chat ${store} ${(number += 1)}`;
    await as(ann, () => conversations().open({ id, title: 'Help', metadata: { shop: 'acme' } }));
  });

  it('is shown to the next run, and each message is in it once', async () => {
    const { t } = shared;
    t.models
      .on(HelpAgent)
      .replyOnce(calls('search', { number: '7' }))
      .replyOnce('It is article 7.')
      .replyOnce('You are welcome.');
    expect(await talk('which article?')).toMatchObject({ output: 'It is article 7.' });
    expect(await talk('thanks')).toMatchObject({ output: 'You are welcome.' });
    expect(t.models.calls[2]?.messages.map(text)).toEqual([
      'system You help.',
      'user which article?',
      'assistant  search',
      'tool article 7',
      'assistant It is article 7.',
      'user thanks',
    ]);
    expect(await said()).toEqual([
      'user which article?',
      'assistant  search',
      'tool article 7',
      'assistant It is article 7.',
      'user thanks',
      'assistant You are welcome.',
    ]);
    const { items } = await as(ann, () => conversations().messages(id));
    expect(items.map(({ agent }) => agent)).toEqual([undefined, 'help', 'help', 'help', undefined, 'help']);
    expect(await as(ann, () => conversations().get(id))).toMatchObject({
      title: 'Help',
      owner: 'ann',
      tenant: 'acme',
      metadata: { shop: 'acme' },
    });
  });

  it('has what is said twice twice', async () => {
    shared.t.models.on(HelpAgent).replyOnce('Yes.').replyOnce('Yes.');
    await talk('there?');
    await talk('there?');
    const exchange = ['user there?', 'assistant Yes.'];
    expect(await said()).toEqual([...exchange, ...exchange]);
  });

  it('is not repeated in the records of the run', async () => {
    const { t } = shared;
    t.models.on(HelpAgent).replyOnce('a remarkable answer').replyOnce('another one');
    await talk('first');
    const { runId } = await talk('second');
    const { items } = await t.audit.find({ runId });
    expect(JSON.stringify(items)).not.toContain('a remarkable answer');
    expect(JSON.stringify(items)).toContain('another one');
  });

  it('goes on with the agent that has answered last, after a handoff, with what that was given', async () => {
    const { t } = shared;
    t.models.on(HelpAgent).replyOnce(calls('transfer_to_billing', { reason: 'an invoice' }));
    t.models.on(BillingAgent).replyOnce('It is paid.').replyOnce('It still is.');
    await talk('is my invoice paid?');
    expect(await talk('sure?')).toMatchObject({ output: 'It still is.' });
    expect(t.models.calls[2]).toMatchObject({
      agent: 'billing',
      messages: [{ content: 'You do billing: an invoice' }, {}, {}, {}, {}, { content: 'sure?' }],
    });
  });

  it('holds every call once after an approval, and is free meanwhile for nobody else', async () => {
    const { t } = shared;
    t.models
      .on(HelpAgent)
      .replyOnce(calls('order', { number: '1' }))
      .replyOnce('Ordered.');
    const { runId, status } = await talk('order 1');
    expect(status).toBe('waiting');
    expect(await said()).toEqual([]);
    expect(await talk('hello?')).toMatchObject({
      status: 'failed',
      error: { cause: { code: 'CONVERSATION_BUSY', details: { conversation: id, runId } } },
    });
    await expect(as(ann, () => conversations().truncate(id, { after: undefined }))).rejects.toMatchObject({
      code: 'CONVERSATION_BUSY',
    });
    expect(await t.approve(runId, { by: { ...lead, tenant: 'acme' } })).toMatchObject({ output: 'Ordered.' });
    expect(await said()).toEqual([
      'user order 1',
      'assistant  order',
      'tool ordered 1',
      'assistant Ordered.',
    ]);
    expect(done).toEqual(['order 1']);
  });

  it('has each message once, whatever process dies on the way', async () => {
    const { t } = shared;
    // The appends of: reading, two turns, a tool, writing, the agent.
    for (let after = 1; after <= 6; after++) {
      id = `${id} ${after}`;
      await as(ann, () => conversations().open({ id }));
      t.models
        .on(HelpAgent)
        .reply(({ messages }) =>
          messages.at(-1)?.role === 'tool' ? 'found' : calls('search', { number: '7' }),
        );
      const crashed = t.crashAt('append.before', { after });
      const handle = await t.start(HelpAgent, 'find', { conversation: id, principal: ann });
      await Promise.race([crashed, handle.result()]);
      await t.recover();
      expect(await handle.result()).toMatchObject({ output: 'found' });
      expect((await as(ann, () => conversations().get(id))).runId).toBeUndefined();
      expect(await said()).toEqual(['user find', 'assistant  search', 'tool article 7', 'assistant found']);
    }
  });

  it('is free again when the call has failed, and has nothing of it', async () => {
    const { t } = shared;
    t.models.on(StrictAgent).replyOnce(calls('search', { number: '7' }));
    expect(await t.run(FailingWorkflow, id, { principal: ann })).toMatchObject({
      output: 'AgentStoppedError',
    });
    t.models.on(HelpAgent).replyOnce('here');
    expect(await talk('hello')).toMatchObject({ output: 'here' });
    expect(await said()).toEqual(['user hello', 'assistant here']);
  });

  it('takes several calls of one run', async () => {
    const { t } = shared;
    t.models.on(HelpAgent).replyOnce('1').replyOnce('2');
    expect(await t.run(TwiceWorkflow, id, { principal: ann })).toMatchObject({ output: ['1', '2', 2] });
    expect(await said()).toEqual(['user one', 'assistant 1', 'user two', 'assistant 2']);
  });

  it('that is deleted while a run answers takes nothing, and the run completes', async () => {
    const { t } = shared;
    t.models
      .on(HelpAgent)
      .replyOnce(calls('order', { number: '1' }))
      .replyOnce('Ordered.');
    const { runId } = await talk('order 1');
    await as(ann, () => conversations().delete(id));
    await as(ann, () => conversations().open({ id }));
    expect(await t.approve(runId, { by: { ...lead, tenant: 'acme' } })).toMatchObject({ output: 'Ordered.' });
    expect(await said()).toEqual([]);
  });

  it('does not exist for anybody else', async () => {
    const others = [bob, { ...ann, tenant: 'other' }, { id: 'ann', roles: [] }, undefined];
    for (const other of others) {
      // Whoever is nobody is not told anything at all.
      const code = other ? 'CONVERSATION_NOT_FOUND' : 'ACCESS_DENIED';
      await expect(as(other, () => conversations().get(id))).rejects.toMatchObject({ code });
      expect(
        await shared.t.run(HelpAgent, 'x', { conversation: id, ...(other ? { principal: other } : {}) }),
      ).toMatchObject({
        status: 'failed',
        error: { cause: { code: 'CONVERSATION_NOT_FOUND' } },
      });
    }
    await expect(as(bob, () => conversations().open({ id }))).rejects.toMatchObject({
      code: 'CONVERSATION_NOT_FOUND',
    });
    expect((await as(bob, () => conversations().list())).items).toEqual([]);
  });

  it('shows whole exchanges within its window', async () => {
    const { t } = shared;
    t.models.on(HelpAgent).reply('z'.repeat(300));
    for (const input of ['one', 'two', 'three']) await talk(input);
    await t.run(HelpAgent, 'four', { conversation: { id, window: { tokens: 300 } }, principal: ann });
    expect(
      t.models.calls.at(-1)?.messages.map(({ role, content }) => `${role} ${String(content).slice(0, 5)}`),
    ).toEqual(['system You h', 'user two', 'assistant zzzzz', 'user three', 'assistant zzzzz', 'user four']);
  });

  it('keeps a running summary of what is not shown any more', async () => {
    const { t } = shared;
    const use = { id, summarize: { above: 300 } };
    t.models
      .on('<conversation>')
      .replyOnce('Ann asked one and two.')
      .replyOnce('Ann asked one, two and three.');
    t.models.on(HelpAgent).reply('z'.repeat(300));
    for (const input of ['one', 'two', 'three', 'four', 'five'])
      expect(await t.run(HelpAgent, input, { conversation: use, principal: ann })).toMatchObject({
        status: 'completed',
      });
    const last = t.models.calls.at(-1)?.messages.map(({ content }) => String(content).slice(0, 70)) ?? [];
    expect(last[1]).toContain('Ann asked one');
    expect(last.at(-1)).toBe('five');
    expect(last).not.toContain('one');
    expect((await said()).length).toBe(10);
  });

  it('is cut behind a message', async () => {
    const { t } = shared;
    t.models.on(HelpAgent).replyOnce('1').replyOnce('2');
    await talk('one');
    await talk('two');
    const { items } = await as(ann, () => conversations().messages(id, { limit: 2 }));
    await as(ann, () => conversations().truncate(id, { after: items[1]?.id }));
    expect(await said()).toEqual(['user one', 'assistant 1']);
  });

  it('takes messages by hand, and gives them page by page', async () => {
    await as(ann, () =>
      conversations().append(id, [
        { id: 'm1', message: { role: 'user', content: 'hello' } },
        { message: { role: 'assistant', content: 'hi' } },
      ]),
    );
    await as(ann, () =>
      conversations().append(id, [{ id: 'm1', message: { role: 'user', content: 'again' } }]),
    );
    const first = await as(ann, () => conversations().messages(id, { limit: 1 }));
    expect(first).toMatchObject({ items: [{ id: 'm1' }], next: 'm1' });
    const second = await as(ann, () => conversations().messages(id, { after: first.next }));
    expect(second.items.map(({ message }) => text(message))).toEqual(['assistant hi']);
  });

  it('is for agents only', async () => {
    await expect(own().orchestrator.start(TwiceWorkflow, id, { conversation: id })).rejects.toMatchObject({
      code: 'INPUT_VALIDATION',
      message: expect.stringContaining('is not an agent'),
    });
  });
});

function text(message: Message): string {
  const { role, content } = message;
  const called =
    message.role === 'assistant' ? (message.toolCalls ?? []).map(({ name }) => ` ${name}`).join('') : '';
  return `${role} ${String(content)}${called}`;
}
