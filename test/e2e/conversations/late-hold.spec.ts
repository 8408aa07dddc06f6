import { describe, expect, it } from '@jest/globals';
import { Injectable } from '@nestjs/common';
import { Agent, ConversationService } from 'nestjs-nestor';
import { Conversations } from '../../../lib/conversations/index.js';
import { newId } from '../../../lib/values/index.js';
import { stores } from '../host.js';
import { sharedHost } from '../shared-host.js';

@Agent({ name: 'helper', description: 'Helps', instructions: 'You help.' })
class HelpAgent {}

@Injectable()
class Services {
  constructor(readonly conversations: ConversationService) {
    services.now = this;
  }
}
const services: { now?: Services } = {};

describe.each(stores)('a process that takes a conversation late (%s)', (store) => {
  const shared = sharedHost(store, [HelpAgent, Services]);

  it('does not get it for a call that has said everything', async () => {
    const { t } = shared;
    const { id } = (await services.now?.conversations.open()) ?? { id: '' };
    t.models.on('helper').reply('Done.');
    const { runId } = await t.run(HelpAgent, 'one', { conversation: id });
    const conversations = t.module.get(Conversations, { strict: false });
    const row = await conversations.find('', id);
    const [said] = await conversations.messages(row?.key ?? '');
    const free = { heldBy: null, heldCall: null, hasEnded: true, isAbove: false, hasSaid: false };
    const take = (call: string) => conversations.take(row?.key ?? '', free, { runId, call });
    expect(await take(said?.call ?? '')).toBe(false);
    expect(await take(newId())).toBe(true);
  });
});
