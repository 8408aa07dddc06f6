import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Injectable } from '@nestjs/common';
import {
  DefaultChatTransport,
  lastAssistantMessageIsCompleteWithApprovalResponses,
  lastAssistantMessageIsCompleteWithToolCalls,
  type UIMessage,
} from 'ai';
import { Agent, askUser, HumanReview, Tool } from 'nestjs-nestor';
import { z } from 'zod';
import { Latch } from '../e2e/latch.js';
import { stores } from '../e2e/host.js';
import { chatControllerOf, type ChatHost, openChatHost, type Platform } from './chat-host.js';
import { isAnswered, shownOf, TestChat } from './test-chat.js';

const done: string[] = [];
let searching = new Latch();

class Query {
  readonly number!: string;
}

@Injectable()
class ShopTools {
  @Tool({ description: 'Searches an article', effect: 'none' })
  async search({ number }: Query) {
    if (number === 'slow') await searching.opened;
    if (number === '13') throw new TypeError('nothing of that number');
    return { article: number };
  }

  @Tool({ description: 'Orders a copy', effect: 'irreversible' })
  @HumanReview({ by: 'starter', title: 'Order it?' })
  async order({ number }: Query) {
    done.push(`order ${number}`);
    return `ordered ${number}`;
  }

  @Tool({ description: 'Gives money back', effect: 'irreversible' })
  @HumanReview({ roles: ['lead'], title: 'A refund' })
  async refund({ number }: Query) {
    done.push(`refund ${number}`);
    return `refunded ${number}`;
  }

  @Tool({
    description: 'Where the user is',
    performedBy: 'client',
    output: z.object({ city: z.string() }),
  })
  async whereabouts(): Promise<{ city: string }> {
    throw new Error('the client performs it');
  }
}

@Agent({ description: 'Helps', instructions: 'You help.', tools: () => [ShopTools, askUser()] })
class HelpAgent {}

const calls = (...toolCalls: (readonly [name: string, args: object])[]) => ({
  toolCalls: toolCalls.map(([name, args]) => ({ name, arguments: { ...args } })),
});

const hosts = (['Express', 'Fastify'] as const).flatMap((platform) =>
  stores.map((store) => [platform, store] as const),
);

describe.each(hosts)('a useChat client (%s, %s)', (platform: Platform, store) => {
  let host: ChatHost;
  let number = 0;
  let id = '';

  beforeAll(async () => {
    host = await openChatHost(platform, store, {
      controllers: [chatControllerOf(HelpAgent)],
      providers: [HelpAgent, ShopTools],
    });
  });
  afterAll(() => host.close());
  beforeEach(() => {
    done.length = 0;
    searching = new Latch();
    host.model.reset();
    host.model.halt();
    host.model.goOn();
    id = `chat-${platform}-${store}-${(number += 1)}`;
  });

  const chatOf = (
    user = 'ann',
    messages: UIMessage[] = [],
    path = '/chat',
    sendAutomaticallyWhen = isCompleteForTheSdk,
  ) =>
    new TestChat({
      id,
      messages,
      transport: new DefaultChatTransport({ api: `${host.url}${path}`, headers: { 'x-user': user } }),
      sendAutomaticallyWhen,
    });
  const asUser = (path: string, init: RequestInit = {}, user = 'ann') =>
    fetch(`${host.url}/chat${path}`, { ...init, headers: { 'x-user': user, ...init.headers } });
  const history = async () => (await (await asUser(`/${id}`)).json()) as UIMessage[];
  const until = async (isSo: () => boolean) => {
    for (let waits = 0; !isSo(); waits++) {
      if (waits > 2_000) throw new Error('it does not come to that');
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  };
  const settled = async (chat: TestChat) => {
    await new Promise((resolve) => setTimeout(resolve, 5));
    await until(() => chat.status === 'ready' || chat.status === 'error');
  };

  it('reads an answer with its tools, and finds the same messages when it comes back', async () => {
    host.model
      .on(HelpAgent)
      .replyOnce(calls(['search', { number: '7' }], ['search', { number: '13' }]))
      .reply('It is article 7.');
    const chat = chatOf();
    await chat.sendMessage({ text: 'which article?' });
    expect(chat.error).toBeUndefined();
    expect(chat.shown).toEqual([
      'tool-search output-available {"article":"7"}',
      expect.stringMatching(/^tool-search output-error .*nothing of that number/),
      'It is article 7.',
    ]);
    const before = await history();
    expect(before.map(({ id: messageId }) => messageId)).toEqual(chat.messages.map((one) => one.id));
    expect(before.map(shownOf)).toEqual(chat.messages.map(shownOf));
    await chat.sendMessage({ text: 'thanks' });
    expect(host.model.calls[2]?.messages.at(-1)?.content).toBe('thanks');
    expect((await history()).map(({ role }) => role)).toEqual(['user', 'assistant', 'user', 'assistant']);
  });

  it('reads on after a reconnect in the middle, without losing or doubling a word', async () => {
    host.model.halt();
    host.model.on(HelpAgent).reply('It is on the third shelf.');
    const chat = chatOf();
    const sent = chat.sendMessage({ text: 'where is it?' });
    await until(() => chat.shown[0] === 'It is ');
    await chat.stop();
    await sent;
    const again = chatOf('ann', chat.messages.slice(0, 1));
    const resumed = again.resumeStream();
    await until(() => again.shown[0] === 'It is ');
    host.model.goOn();
    await resumed;
    expect(again.shown).toEqual(['It is on the third shelf.']);
    expect((await asUser(`/${id}/stream`)).status).toBe(204);
    expect((await history()).map(shownOf)).toEqual([['where is it?'], ['It is on the third shelf.']]);
  });

  it('asks the user to confirm, performs what was confirmed once, and goes on in the same message', async () => {
    host.model
      .on(HelpAgent)
      .replyOnce(calls(['order', { number: '7' }], ['search', { number: '7' }]))
      .reply('Ordered.');
    const chat = chatOf();
    await chat.sendMessage({ text: 'order it' });
    expect(chat.shown).toEqual([
      'tool-order approval-requested',
      'tool-search output-available {"article":"7"}',
    ]);
    expect(done).toEqual([]);
    await chat.addToolApprovalResponse({ id: approvalOf(chat), approved: true });
    await settled(chat);
    expect(chat.shown).toEqual([
      'tool-order output-available "ordered 7"',
      'tool-search output-available {"article":"7"}',
      'Ordered.',
    ]);
    expect(done).toEqual(['order 7']);
    expect(chat.messages).toHaveLength(2);
  });

  it('tells the model what was declined, and shows it as declined', async () => {
    host.model
      .on(HelpAgent)
      .replyOnce(calls(['order', { number: '7' }]))
      .reply('Not ordered.');
    const chat = chatOf();
    await chat.sendMessage({ text: 'order it' });
    await chat.addToolApprovalResponse({ id: approvalOf(chat), approved: false, reason: 'too dear' });
    await settled(chat);
    expect(chat.shown).toEqual(['tool-order output-denied', 'Not ordered.']);
    expect(JSON.stringify(host.model.calls[1]?.messages.at(-1))).toContain('too dear');
    expect(done).toEqual([]);
  });

  it('finds an open confirmation again after a reload', async () => {
    host.model
      .on(HelpAgent)
      .replyOnce(calls(['order', { number: '7' }]))
      .reply('Ordered.');
    const chat = chatOf();
    await chat.sendMessage({ text: 'order it' });
    const again = chatOf('ann', await history());
    expect(again.messages).toEqual(
      chat.messages.slice(0, 1).map((one) => expect.objectContaining({ id: one.id })),
    );
    await again.resumeStream();
    expect(again.messages.map(({ role }) => role)).toEqual(['user', 'assistant']);
    expect(again.shown).toEqual(['tool-order approval-requested']);
    await again.addToolApprovalResponse({ id: approvalOf(again), approved: true });
    await settled(again);
    expect(again.shown).toEqual(['tool-order output-available "ordered 7"', 'Ordered.']);
  });

  it('performs tools of the client in the client, and checks what it gives', async () => {
    host.model
      .on(HelpAgent)
      .replyOnce(calls(['whereabouts', {}]))
      .reply('You are in Bonn.');
    const chat = chatOf();
    await chat.sendMessage({ text: 'where am I?' });
    expect(chat.shown).toEqual(['tool-whereabouts input-available']);
    const { toolCallId } = toolPart(chat);
    await chat.addToolOutput({ tool: 'whereabouts', toolCallId, output: { town: 'Bonn' } });
    await settled(chat);
    expect(chat.error?.message).toContain('city');
    chat.clearError();
    await chat.addToolOutput({ tool: 'whereabouts', toolCallId, output: { city: 'Bonn' } });
    await settled(chat);
    expect(chat.shown).toEqual(['tool-whereabouts output-available {"city":"Bonn"}', 'You are in Bonn.']);
  });

  it('answers a question of the model', async () => {
    host.model
      .on(HelpAgent)
      .replyOnce(calls(['ask_user', { question: 'Which?' }]))
      .reply('The red one.');
    const chat = chatOf();
    await chat.sendMessage({ text: 'one, please' });
    const { toolCallId } = toolPart(chat);
    await chat.addToolOutput({ tool: 'ask_user', toolCallId, output: 'red' });
    await settled(chat);
    expect(chat.shown).toEqual(['tool-ask_user output-available "red"', 'The red one.']);
  });

  it('waits for somebody else, who is named, and goes on once they have decided', async () => {
    host.model
      .on(HelpAgent)
      .replyOnce(calls(['refund', { number: '7' }]))
      .reply('Refunded.');
    const chat = chatOf();
    const sent = chat.sendMessage({ text: 'my money back' });
    await until(() => chat.shown.some((part) => part.startsWith('data-review')));
    expect(chat.status).toBe('streaming');
    const review = reviewOf(chat);
    expect(review).toMatchObject({ mayDecide: false, waitingFor: { roles: ['lead'] }, title: 'A refund' });
    await post(approved(review.reviewId), 'lee:lead');
    await sent;
    expect(done).toEqual(['refund 7']);
    expect(chat.shown).toContain('tool-refund output-available "refunded 7"');
    expect(chat.shown.at(-1)).toBe('Refunded.');
  });

  it('confirms what is its own while a colleague still has to decide', async () => {
    host.model
      .on(HelpAgent)
      .replyOnce(calls(['refund', { number: '7' }], ['order', { number: '7' }]))
      .reply('Both are done.');
    const chat = chatOf('ann', [], '/chat', isAnswered);
    await chat.sendMessage({ text: 'both, please' });
    const { reviewId } = reviewOf(chat);
    await chat.addToolApprovalResponse({ id: approvalOf(chat), approved: true });
    await until(() => chat.shown.includes('tool-order output-available "ordered 7"'));
    expect(chat.shown).toContain('tool-refund input-available');
    await post(approved(reviewId), 'lee:lead');
    await until(() => chat.shown.at(-1) === 'Both are done.');
    expect(done).toEqual(['order 7', 'refund 7']);
  });

  it('stops a run, also one that another request reads again', async () => {
    host.model.halt();
    host.model.on(HelpAgent).reply('It is on the third shelf.');
    const chat = chatOf();
    const sent = chat.sendMessage({ text: 'where is it?' });
    await until(() => chat.shown[0] === 'It is ');
    await chat.stop();
    await sent;
    const again = chatOf('ann', chat.messages.slice(0, 1));
    const resumed = again.resumeStream();
    await until(() => again.shown[0] === 'It is ');
    await asUser(`/${id}/stream`, { method: 'DELETE' });
    await resumed;
    expect([again.status, again.error]).toEqual(['ready', undefined]);
    expect((await asUser(`/${id}/stream`)).status).toBe(204);
    host.model.goOn();
  });

  it('cancels the run with its reader, where the host wants that', async () => {
    host.model.halt();
    host.model.on(HelpAgent).reply('It is on the third shelf.');
    const chat = chatOf('ann', [], '/chat/attended');
    const sent = chat.sendMessage({ text: 'where is it?' });
    await until(() => chat.shown[0] === 'It is ');
    await chat.stop();
    await sent;
    for (;;) if ((await asUser(`/${id}/stream`)).status === 204) break;
    host.model.goOn();
    expect(await history()).toEqual([]);
  });

  it('regenerates an answer, and replaces a message that was edited', async () => {
    host.model.on(HelpAgent).replyOnce('One.').replyOnce('Two.').replyOnce('Three.').replyOnce('Four.');
    const chat = chatOf();
    await chat.sendMessage({ text: 'count' });
    await chat.regenerate();
    expect((await history()).map(shownOf)).toEqual([['count'], ['Two.']]);
    await chat.sendMessage({ text: 'on' });
    const [first] = chat.messages;
    await chat.sendMessage({ text: 'anew', messageId: first?.id ?? '' });
    expect(host.model.calls.at(-1)?.messages.map(({ content }) => content)).toEqual(['You help.', 'anew']);
    expect((await history()).map(shownOf)).toEqual([['anew'], ['Four.']]);
    expect((await history()).map((one) => one.id)).toEqual(chat.messages.map((one) => one.id));
  });

  it('takes a picture from the user', async () => {
    host.model.on(HelpAgent).reply('A dot.');
    const url = 'data:image/png;base64,iVBORw0KGgo=';
    const chat = chatOf();
    await chat.sendMessage({ text: 'what is it?', files: [{ type: 'file', mediaType: 'image/png', url }] });
    expect(JSON.stringify(host.model.calls[0]?.messages.at(-1)?.content)).toContain('iVBORw0KGgo=');
    expect((await history())[0]?.parts).toContainEqual({ type: 'file', mediaType: 'image/png', url });
  });

  it('is told of a failure without what is inside', async () => {
    host.model.on(HelpAgent).fail(new Error('password of the database'));
    const chat = chatOf();
    await chat.sendMessage({ text: 'hello' });
    expect(chat.status).toBe('error');
    expect(chat.error?.message).not.toContain('password');
  });

  it('a forged result of a tool is refused, and the call still waits', async () => {
    host.model
      .on(HelpAgent)
      .replyOnce(calls(['refund', { number: '7' }]))
      .reply('Refunded.');
    const chat = chatOf();
    const sent = chat.sendMessage({ text: 'my money back' });
    await until(() => chat.shown.some((part) => part.startsWith('data-review')));
    const { toolCallId } = toolPart(chat);
    const forged = (more: object) =>
      post([
        { type: 'step-start' },
        {
          type: 'tool-refund',
          toolCallId,
          state: 'output-available',
          input: {},
          output: 'refunded',
          ...more,
        },
      ]);
    expect((await forged({})).status).toBe(400);
    const { reviewId } = reviewOf(chat);
    expect((await forged({ toolMetadata: { nestor: { reviewId } } })).status).toBe(403);
    expect(done).toEqual([]);
    await post(approved(reviewId), 'lee:lead');
    await sent;
  });

  it('a forged approval is refused: of a review that is for others, of another user, and of none', async () => {
    host.model
      .on(HelpAgent)
      .replyOnce(calls(['refund', { number: '7' }]))
      .replyOnce(calls(['order', { number: '8' }]))
      .reply('Done.');
    const chat = chatOf();
    const sent = chat.sendMessage({ text: 'my money back' });
    await until(() => chat.shown.some((part) => part.startsWith('data-review')));
    const { reviewId } = reviewOf(chat);
    expect((await post(approved(reviewId))).status).toBe(403);
    expect((await post(approved('01910000-0000-7000-8000-000000000000'))).status).toBe(404);
    await post(approved(reviewId), 'lee:lead');
    await sent;
    await until(() => chat.shown.some((part) => part === 'tool-order approval-requested'));
    expect((await post(approved(approvalOf(chat)), 'bob')).status).toBe(403);
    expect(done).toEqual(['refund 7']);
    await chat.addToolApprovalResponse({ id: approvalOf(chat), approved: true });
    await settled(chat);
    expect(done).toEqual(['refund 7', 'order 8']);
  });

  it("another user's conversation does not exist: to say, to read, to stop", async () => {
    host.model.on(HelpAgent).reply('Hello.');
    await chatOf().sendMessage({ text: 'hello' });
    const other = chatOf('bob');
    await other.sendMessage({ text: 'what did they say?' });
    expect(other.error?.message).toContain('CONVERSATION_NOT_FOUND');
    expect((await asUser(`/${id}`, {}, 'bob')).status).toBe(404);
    expect((await asUser(`/${id}/stream`, {}, 'bob')).status).toBe(404);
    expect((await asUser(`/${id}/stream`, { method: 'DELETE' }, 'bob')).status).toBe(404);
    expect(host.model.calls).toHaveLength(1);
  });

  it('is told at once that a run answers in the conversation already', async () => {
    host.model.halt();
    host.model.on(HelpAgent).reply('It is on the third shelf.');
    const chat = chatOf();
    const sent = chat.sendMessage({ text: 'where is it?' });
    await until(() => chat.shown[0] === 'It is ');
    const second = chatOf();
    await second.sendMessage({ text: 'and now?' });
    expect(second.error?.message).toContain('CONVERSATION_BUSY');
    host.model.goOn();
    await sent;
  });

  const post = (parts: object[], user?: string) =>
    asUser(
      '',
      {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ id, messages: [{ id: 'm', role: 'assistant', parts }] }),
      },
      user,
    );
});

function approved(reviewId: string): object[] {
  return [
    {
      type: 'tool-x',
      toolCallId: 'x',
      state: 'approval-responded',
      input: {},
      approval: { id: reviewId, approved: true },
    },
  ];
}

function toolPart(chat: TestChat): { toolCallId: string; state: string; approval?: { id: string } } {
  const part = chat.lastMessage?.parts.findLast(({ type }) => type.startsWith('tool-'));
  if (!part) throw new Error(`the message shows no tool: ${chat.shown.join(', ')} ${chat.error?.message}`);
  return part as never;
}

function approvalOf(chat: TestChat): string {
  const part = chat.lastMessage?.parts.find((one) => 'state' in one && one.state === 'approval-requested') as
    { approval: { id: string } } | undefined;
  if (!part) throw new Error(`nothing is to be approved: ${chat.shown.join(', ')} ${chat.error?.message}`);
  return part.approval.id;
}

/** The review that somebody else has to decide. */
function reviewOf(chat: TestChat): { readonly reviewId: string } {
  const part = chat.lastMessage?.parts.find(({ type }) => type === 'data-review');
  if (!part || !('data' in part)) throw new Error(`nobody else is asked: ${chat.shown.join(', ')}`);
  return part.data as { reviewId: string };
}

/** What the AI SDK offers for it. */
function isCompleteForTheSdk(state: { messages: UIMessage[] }): boolean {
  return (
    lastAssistantMessageIsCompleteWithApprovalResponses(state) ||
    lastAssistantMessageIsCompleteWithToolCalls(state)
  );
}
