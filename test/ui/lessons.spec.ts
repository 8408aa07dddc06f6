import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Injectable } from '@nestjs/common';
import { DefaultChatTransport, type UIMessage } from 'ai';
import { Agent, append, HumanReview, sharedState, stateTools, Tool } from 'nestjs-nestor';
import { chatControllerOf, type ChatHost, openChatHost } from './chat-host.js';
import { isAnswered, TestChat } from './test-chat.js';

const done: string[] = [];

class Order {
  readonly number!: string;
}

@Injectable()
class Shop {
  @Tool({ description: 'Orders', effect: 'irreversible' })
  @HumanReview({ by: 'starter' })
  async order({ number }: Order) {
    done.push(`order ${number}`);
    return `ordered ${number}`;
  }
}

const notes = sharedState('notes', { lines: append<string>() });

@Agent({ description: 'Bills', instructions: 'You bill.', tools: () => [Shop] })
class BillingAgent {}

@Agent({ description: 'Buys', instructions: 'You buy.', tools: () => [Shop] })
class BuyingAgent {}

@Agent({
  instructions: 'You find out.',
  tools: () => [Shop, BuyingAgent, stateTools(notes)],
  handoffs: () => [BillingAgent],
})
class TriageAgent {
  static readonly state = notes;
}

const call = (name: string, args: object = {}) => ({ toolCalls: [{ name, arguments: { ...args } }] });

/** What users of comparable projects complain about: handoffs, sessions and streams, each tried here by the client of the AI SDK. */
describe('a complaint about chats elsewhere', () => {
  let host: ChatHost;
  let id = '';
  let number = 0;
  beforeAll(async () => {
    host = await openChatHost('Express', 'memory', {
      controllers: [chatControllerOf(TriageAgent)],
      providers: [TriageAgent, BillingAgent, BuyingAgent, Shop],
    });
  });
  afterAll(() => host.close());
  beforeEach(() => {
    done.length = 0;
    id = `chat-${(number += 1)}`;
    host.model.reset();
    host.model.halt();
    host.model.goOn();
  });

  const chatOf = (chat = id) =>
    new TestChat({
      id: chat,
      transport: new DefaultChatTransport({ api: `${host.url}/chat`, headers: { 'x-user': 'ann' } }),
      sendAutomaticallyWhen: isAnswered,
    });
  const history = async () =>
    (await (await fetch(`${host.url}/chat/${id}`, { headers: { 'x-user': 'ann' } })).json()) as UIMessage[];
  const until = async (isSo: () => boolean) => {
    for (let waits = 0; !isSo(); waits++) {
      if (waits > 1_000) throw new Error('it does not come to that');
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  };
  const approve = async (chat: TestChat) => {
    await until(() => chat.status === 'ready' && openApproval(chat) !== undefined);
    await chat.addToolApprovalResponse({ id: openApproval(chat) ?? '', approved: true });
  };

  const complaints: Readonly<Record<string, () => Promise<void>>> = {
    'after an approval resumes the run, the session holds every tool call twice; a second approval returns 400':
      async () => {
        host.model
          .on(TriageAgent)
          .replyOnce(call('order', { number: '1' }))
          .replyOnce(call('order', { number: '2' }))
          .replyOnce('Both are ordered.');
        const chat = chatOf();
        await chat.sendMessage({ text: 'two, please' });
        await approve(chat);
        await until(() => done.length === 1);
        await approve(chat);
        // What is said is shown before it is kept: the stream ends after that.
        await until(() => chat.status === 'ready' && chat.shown.at(-1) === 'Both are ordered.');
        const calls = (await history()).flatMap(({ parts }) =>
          parts.filter(({ type }) => type === 'tool-order'),
        );
        expect(calls).toMatchObject([{ output: 'ordered 1' }, { output: 'ordered 2' }]);
        expect(done).toEqual(['order 1', 'order 2']);
      },

    'approvals inside a nested agent can not be resumed': async () => {
      host.model
        .on(TriageAgent)
        .replyOnce(call('buying', { task: 'one' }))
        .replyOnce('It is bought.');
      host.model
        .on(BuyingAgent)
        .replyOnce(call('order', { number: '3' }))
        .replyOnce('bought');
      const chat = chatOf();
      await chat.sendMessage({ text: 'one, please' });
      await approve(chat);
      await until(() => chat.shown.at(-1) === 'It is bought.');
      expect(chat.shown).toContain('tool-order output-available "ordered 3"');
      expect(done).toEqual(['order 3']);
    },

    'after a handoff the next message goes back to triage': async () => {
      host.model.on(TriageAgent).replyOnce(call('transfer_to_billing', { reason: 'a bill' }));
      host.model.on(BillingAgent).replyOnce('Which bill?').replyOnce('It is paid.');
      const chat = chatOf();
      await chat.sendMessage({ text: 'a bill' });
      await chat.sendMessage({ text: 'the last one' });
      expect(chat.shown).toEqual(['It is paid.']);
      expect(host.model.calls.map(({ agent }) => agent)).toEqual(['triage', 'billing', 'billing']);
    },

    'stop() can not stop a resumed stream': async () => {
      host.model.halt();
      host.model.on(TriageAgent).reply('It is a long story.');
      const first = chatOf();
      void first.sendMessage({ text: 'tell me' });
      await until(() => first.shown[0] === 'It is ');
      await first.stop();
      const again = chatOf();
      const resumed = again.resumeStream();
      await until(() => again.shown[0] === 'It is ');
      await again.stop();
      await resumed;
      expect(again.status).toBe('ready');
      const stopped = await fetch(`${host.url}/chat/${id}/stream`, {
        method: 'DELETE',
        headers: { 'x-user': 'ann' },
      });
      expect(stopped.status).toBe(204);
      expect((await history()).map(({ role }) => role)).toEqual([]);
    },

    'the state of one run leaks into another through a singleton': async () => {
      const lines = ['a', 'b', 'c', 'd'];
      host.model.on(TriageAgent).reply(({ messages }) => {
        const said = String(messages.find(({ role }) => role === 'user')?.content);
        const results = messages.filter(({ role }) => role === 'tool');
        if (results.length === 0) return call('update_notes_lines', { value: said });
        return results.length === 1 ? call('read_notes') : String(results[1]?.content);
      });
      const chats = lines.map((line) => chatOf(`${id}-${line}`));
      await Promise.all(chats.map((chat, index) => chat.sendMessage({ text: lines[index] ?? '' })));
      expect(chats.map((chat) => chat.shown.at(-1))).toEqual(lines.map((line) => `{"lines":["${line}"]}`));
    },
  };

  it.each(Object.keys(complaints))('is not one here: %s', async (name) => {
    await complaints[name]?.();
  });
});

function openApproval(chat: TestChat): string | undefined {
  const part = chat.lastMessage?.parts.findLast(
    (one) => 'state' in one && one.state === 'approval-requested',
  );
  return (part as { approval: { id: string } } | undefined)?.approval.id;
}
