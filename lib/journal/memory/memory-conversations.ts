import type { MessageRow } from '../../database/index.js';
import type { ConversationWrite } from '../../scope/index.js';
import type { MemoryStore } from './memory-store.js';

/** What a call says goes behind what was said before, once, and its hold ends. @param now milliseconds since the epoch */
export function writeToConversation(
  { conversations }: Pick<MemoryStore, 'conversations'>,
  runId: string,
  { conversation: key, call, messages }: ConversationWrite,
  now: number,
): void {
  const conversation = conversations.get(key);
  if (!conversation) return;
  const { row } = conversation;
  const added = messages.flatMap(({ id, message, agent, agentInput }, index): MessageRow[] => {
    const ordinal = index + 1;
    if (conversation.messages.some((one) => one.call === call && one.ordinal === ordinal)) return [];
    return [
      {
        conversation: key,
        position: (row.lastPosition += 1),
        id,
        call,
        ordinal,
        runId,
        body: structuredClone(message),
        agent: agent ?? null,
        agentInput: agentInput ?? null,
        createdAt: new Date(now),
      },
    ];
  });
  conversation.messages = [...conversation.messages, ...added];
  row.updatedAt = new Date(now);
  if (row.heldCall === call) Object.assign(row, { heldBy: null, heldCall: null });
}
