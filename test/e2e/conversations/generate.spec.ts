import { beforeEach, describe, expect, it } from '@jest/globals';
import { Injectable } from '@nestjs/common';
import {
  Agent,
  ConversationService,
  CurrentPrincipal,
  HumanReview,
  Input,
  type Message,
  ModelService,
  type Principal,
  Step,
  Tool,
  Workflow,
} from 'nestjs-nestor';
import { lead } from '../gate/people.js';
import { stores } from '../host.js';
import { sharedHost } from '../shared-host.js';

class Query {
  readonly number!: string;
}

@Injectable()
class Articles {
  @Tool({ description: 'Searches', effect: 'none' })
  async search({ number }: Query) {
    return `article ${number}`;
  }

  @Tool({ description: 'Orders', effect: 'irreversible' })
  @HumanReview({ roles: ['lead'] })
  async order({ number }: Query) {
    return `ordered ${number}`;
  }
}

@Workflow()
class ChatWorkflow {
  constructor(private readonly models: ModelService) {}

  @Step({ retry: { attempts: 1 } })
  async answer(@Input() { conversation, text }: { readonly conversation: string; readonly text: string }) {
    const { text: said } = await this.models.generate({
      system: 'You chat.',
      prompt: text,
      tools: [Articles],
      conversation,
    });
    return said;
  }
}

@Agent({ instructions: 'You are an agent.' })
class OtherAgent {}

@Injectable()
class Services {
  constructor(
    readonly conversations: ConversationService,
    readonly models: ModelService,
    readonly current: CurrentPrincipal,
  ) {
    services.now = this;
  }
}
const services: { now?: Services } = {};
const ann: Principal = { id: 'ann', roles: [] };

describe.each(stores)('models.generate in a conversation (%s)', (store) => {
  const shared = sharedHost(store, [Articles, ChatWorkflow, OtherAgent, Services]);
  let number = 0;
  let id = '';
  const own = () => services.now as Services;
  const as = <T>(body: () => Promise<T>) => own().current.run(ann, body);
  const said = async () =>
    (await as(() => own().conversations.messages(id))).items.map(({ message }) => shown(message));
  const chat = (asked: string) =>
    shared.t.run(ChatWorkflow, { conversation: id, text: asked }, { principal: ann });

  beforeEach(async () => {
    shared.t.models.calls.length = 0;
    id = `generated ${store} ${(number += 1)}`;
    await as(() => own().conversations.open({ id }));
  });

  it('is shown what was said before, and keeps the exchange with its tools', async () => {
    const { t } = shared;
    t.models
      .on('one')
      .replyOnce({ toolCalls: [{ name: 'search', arguments: { number: '7' } }] })
      .replyOnce('Seven.');
    t.models.on('two').replyOnce('Eight.');
    expect(await chat('one')).toMatchObject({ output: 'Seven.' });
    expect(await chat('two')).toMatchObject({ output: 'Eight.' });
    const exchange = ['user one', 'assistant  search', 'tool article 7', 'assistant Seven.'];
    expect(t.models.calls[2]?.messages.map(shown)).toEqual(['system You chat.', ...exchange, 'user two']);
    expect(await said()).toEqual([...exchange, 'user two', 'assistant Eight.']);
  });

  it('writes once, over a wait and a crash, and holds the conversation meanwhile', async () => {
    const { t } = shared;
    t.models
      .on('order')
      .replyOnce({ toolCalls: [{ name: 'order', arguments: { number: '1' } }] })
      .replyOnce('Ordered.');
    const { runId, status } = await chat('order');
    expect(status).toBe('waiting');
    expect(await t.run(OtherAgent, 'hello', { conversation: id, principal: ann })).toMatchObject({
      status: 'failed',
      error: { cause: { code: 'CONVERSATION_BUSY' } },
    });
    await expect(
      as(() => own().models.generate({ prompt: 'meanwhile', conversation: id })),
    ).rejects.toMatchObject({ code: 'CONVERSATION_BUSY' });
    await t.recover();
    expect(await t.approve(runId, { by: lead })).toMatchObject({ output: 'Ordered.' });
    expect(await said()).toEqual(['user order', 'assistant  order', 'tool ordered 1', 'assistant Ordered.']);
  });

  it('leaves nothing behind where it fails', async () => {
    const { t } = shared;
    t.models.on('broken').failOnce(new TypeError('no'));
    expect(await chat('broken')).toMatchObject({ status: 'failed' });
    expect(await said()).toEqual([]);
    t.models.on('again').replyOnce('Fine.');
    expect(await chat('again')).toMatchObject({ output: 'Fine.' });
  });

  it('works outside any run, within a window', async () => {
    const { t } = shared;
    t.models.on('a').reply('z'.repeat(300));
    for (const prompt of ['a1', 'a2', 'a3'])
      await as(() =>
        own().models.generate({ prompt, conversation: { id, window: { tokens: 150 }, messageId: prompt } }),
      );
    expect(t.models.calls.at(-1)?.messages.map(({ content }) => String(content).slice(0, 2))).toEqual([
      'a2',
      'zz',
      'a3',
    ]);
    const { items } = await as(() => own().conversations.messages(id));
    expect(items.filter(({ message }) => message.role === 'user').map((one) => one.id)).toEqual([
      'a1',
      'a2',
      'a3',
    ]);
  });

  it('keeps what is streamed, when all of it is there', async () => {
    shared.t.models.on('tell me').replyOnce('A long story.');
    const { result } = await as(async () => own().models.stream({ prompt: 'tell me', conversation: id }));
    expect((await result).text).toBe('A long story.');
    expect(await said()).toEqual(['user tell me', 'assistant A long story.']);
  });

  it('is refused for what is not a conversation, or is somebody else’s', async () => {
    const { models } = own();
    const bob = { id: 'bob', roles: [] };
    await expect(
      own().current.run(bob, () => models.generate({ prompt: 'x', conversation: id })),
    ).rejects.toMatchObject({ code: 'CONVERSATION_NOT_FOUND' });
    await expect(
      as(() => models.generate({ prompt: 'x', conversation: { window: 1 } as never })),
    ).rejects.toMatchObject({
      code: 'INPUT_VALIDATION',
    });
  });
});

function shown(message: Message): string {
  const { role, content } = message;
  const called =
    message.role === 'assistant' ? (message.toolCalls ?? []).map(({ name }) => ` ${name}`).join('') : '';
  return `${role} ${String(content)}${called}`;
}
