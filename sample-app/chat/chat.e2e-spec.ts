import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  DefaultChatTransport,
  lastAssistantMessageIsCompleteWithApprovalResponses,
  lastAssistantMessageIsCompleteWithToolCalls,
  type UIMessage,
} from 'ai';
import { TestChat } from '../../test/ui/test-chat.js';
import { approveAsLead, bearer, openSampleServer, type SampleServer } from './sample-server.fixture.js';

let server: SampleServer;
let url = '';
let number = 0;
let id = '';

beforeAll(async () => {
  server = await openSampleServer();
  url = server.url;
});
afterAll(() => server.close());
beforeEach(() => {
  id = `chat-${(number += 1)}`;
});

const chatOf = (token = 'customer-token') =>
  new TestChat({
    id,
    transport: new DefaultChatTransport({ api: `${url}/chat`, headers: bearer(token) }),
    sendAutomaticallyWhen: (state) =>
      lastAssistantMessageIsCompleteWithApprovalResponses(state) ||
      lastAssistantMessageIsCompleteWithToolCalls(state),
  });
const history = async () =>
  (await (await fetch(`${url}/chat/${id}`, { headers: bearer('customer-token') })).json()) as UIMessage[];
const until = async (isSo: () => boolean) => {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 5));
};

describe('the support chat', () => {
  it('asks what it is about, hands over, and the one who has answered answers next', async () => {
    const chat = chatOf();
    await chat.sendMessage({ text: 'Hello!' });
    expect(chat.shown).toEqual([expect.stringMatching(/^Hello, this is Mossbell/)]);
    await chat.sendMessage({ text: 'Where is my order?' });
    expect(chat.shown).toEqual([
      'data-handoff {"from":"triage","to":"billing"}',
      expect.stringContaining('Which order is it about?'),
    ]);
    await chat.sendMessage({ text: 'MB-77120' });
    expect(chat.shown).toEqual([
      expect.stringMatching(/^tool-findOrder output-available/),
      'Soil sensor, two pieces (MB-77120) was delivered on 2026-10-27.',
    ]);
    expect((await history()).map(({ role }) => role).join(' ')).toBe(
      'user assistant user assistant user assistant',
    );
  });

  it('pays a small sum back once the customer has confirmed it', async () => {
    const chat = chatOf();
    await chat.sendMessage({ text: 'My sensor MB-76804 came back to you, where is my refund?' });
    const part = chat.lastMessage?.parts.find((one) => one.type === 'tool-payBack');
    expect(part).toMatchObject({ state: 'approval-requested', input: { number: 'MB-76804', amountEur: 89 } });
    await chat.addToolApprovalResponse({
      id: (part as { approval: { id: string } }).approval.id,
      approved: true,
    });
    // What is shown may not have ended yet, and a message that is sent meanwhile gets no answer.
    await until(() => chat.status === 'ready' && chat.shown.some((shown) => shown.includes('on their way')));
    await chat.sendMessage({ text: 'Can I have a refund once more?' });
    expect(chat.shown.at(-1)).toBe('Everything for MB-76804 was paid back already.');
  });

  it('lets a support lead approve a large sum, while the customer sees for whom it waits', async () => {
    const chat = chatOf();
    const sent = chat.sendMessage({ text: 'Please refund MB-75933' });
    await until(() => chat.shown.some((shown) => shown.includes('"waitingFor":{"roles":["support-lead"]')));
    await approveAsLead(url);
    await sent;
    expect(chat.shown.at(-1)).toContain('are on their way to you');
  });

  it('asks the browser, and answers from the help pages', async () => {
    const chat = chatOf();
    await chat.sendMessage({ text: 'The dashboard shows my sensor as offline, what can I do?' });
    const part = chat.lastMessage?.parts.find((one) => one.type === 'tool-browserDetails');
    await chat.addToolOutput({
      tool: 'browserDetails',
      toolCallId: (part as { toolCallId: string }).toolCallId,
      output: { browser: 'Test', language: 'en', timeZone: 'Europe/Berlin' },
    });
    await until(() => chat.shown.some((shown) => shown.includes('(You use Test')));
    expect(chat.error).toBeUndefined();
  });

  it('has three specialists look into a question, who share their notes', async () => {
    const chat = chatOf();
    await chat.sendMessage({
      text: 'Compare returning a sensor with repairing it when it is offline, for MB-77301',
    });
    const answer = chat.shown.at(-1) ?? '';
    expect(answer).toMatch(/^This is what we have found:/);
    for (const who of ['Devices:', 'Orders:', 'Rules:']) expect(answer).toContain(who);
    expect(chat.shown.filter((shown) => shown.startsWith('tool-'))).toHaveLength(4);
  });

  it('is for the customer alone', async () => {
    await chatOf().sendMessage({ text: 'Hello!' });
    const other = chatOf('agent-token');
    await other.sendMessage({ text: 'What did they say?' });
    expect(other.error?.message).toContain('CONVERSATION_NOT_FOUND');
    expect((await fetch(`${url}/chat/${id}`)).status).toBe(401);
    expect((await fetch(`${url}/chat-page`)).status).toBe(200);
  });
});
