import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Provider, Type } from '@nestjs/common';
import type { ChatInit, UIMessage } from 'ai';
import { type LoadedPage, loadPage } from '../docs/pages.js';
import { type ChatHost, openChatHost } from './chat-host.js';
import { TestChat } from './test-chat.js';

type ChatOptions = (id: string, messages: UIMessage[], api: string) => ChatInit<UIMessage>;

describe('docs/chat.md', () => {
  let page: LoadedPage;
  let host: ChatHost;

  beforeAll(async () => {
    page = await loadPage('docs/chat.md');
    host = await openChatHost('Express', 'memory', {
      controllers: [page.get<Type>('ChatController')],
      providers: ['ShopTools', 'ShopAgent'].map((name) => page.get<Provider>(name)),
    });
    host.model.goOn();
  });
  afterAll(() => host.close());

  /** As where everybody is logged in: `x-user` says who. */
  const chatOf = (id: string) => {
    const init = page.get<ChatOptions>('chatOptions')(id, [], `${host.url}/chat`);
    Object.assign(init.transport as object, { headers: { 'x-user': 'ann' } });
    return new TestChat(init);
  };

  it('asks in the chat, and goes on with what the user has said', async () => {
    host.model
      .on('Moby Dick')
      .replyOnce({ toolCalls: [{ name: 'order', arguments: { title: 'Moby Dick' } }] })
      .reply('It is ordered.');
    const chat = chatOf('page-1');
    await chat.sendMessage({ text: 'Moby Dick, please' });
    const part = chat.lastMessage?.parts.find((one) => one.type === 'tool-order') as {
      state: string;
      approval: { id: string };
    };
    expect(part.state).toBe('approval-requested');
    await chat.addToolApprovalResponse({ id: part.approval.id, approved: true });
    while (chat.status !== 'ready' || chat.shown.length < 2)
      await new Promise((resolve) => setTimeout(resolve, 5));
    expect(chat.shown).toEqual(['tool-order output-available "ordered Moby Dick"', 'It is ordered.']);
  });
});
