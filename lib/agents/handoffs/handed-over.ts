import { isSummary, type Message } from '../../models/index.js';
import type { HandoffHistory } from './handoff.js';

/**
 * The conversation as the agent that takes it over sees it.
 * @param begun how it begins where nothing is passed on: with its own input
 */
export function handedOver(
  messages: readonly Message[],
  history: HandoffHistory,
  begun: () => readonly Message[],
): readonly Message[] {
  if (history === 'all') return messages;
  if (history === 'none') return begun();
  const from = history === 'last' ? messages.length : startOfLast(messages, history);
  const kept = messages.slice(from);
  if (kept[0]?.role === 'user') return kept;
  // Vendors want a conversation to begin with the user.
  const asked = messages.slice(0, from).findLast((message) => message.role === 'user' && !isSummary(message));
  return [...(asked ? [asked] : begun()), ...kept];
}

function startOfLast(messages: readonly Message[], turns: number): number {
  const starts = messages.flatMap(({ role }, index) => (role === 'assistant' ? [index] : []));
  return starts.length > turns ? (starts.at(-turns) ?? 0) : 0;
}
