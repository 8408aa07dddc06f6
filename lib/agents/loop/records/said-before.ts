import { Dialogue, type Message } from '../../../models/index.js';
import type { PerformContext } from '../../../scope/index.js';
import { recordedTurns, saidIn } from './recorded-turns.js';

/** The conversation of a call that is on record as a whole. */
export function saidBefore(records: Pick<PerformContext, 'recorded'> | undefined): readonly Message[] {
  const last = recordedTurns(records?.recorded() ?? []).at(-1);
  if (!last) return [];
  const conversation = new Dialogue(saidIn(last.request));
  conversation.answer(last.answer);
  return conversation.messages;
}
