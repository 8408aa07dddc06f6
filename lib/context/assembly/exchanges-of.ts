import type { MessageRow } from '../../database/index.js';
import { inWords, summaryMessage, wholeExchanges } from '../../models/index.js';
import type { GatheredPiece } from './gathered-part.js';

/** The exchanges of a conversation, the last first, each beginning with what a user says; at the end what is known of its beginning. */
export function exchangesOf(summary: string | null, rows: readonly MessageRow[]): readonly GatheredPiece[] {
  const said = wholeExchanges(rows.map(({ id, body }) => ({ id, message: body })));
  const exchanges: { id: string; texts: string[] }[] = [];
  for (const [index, { id, message }] of said.entries()) {
    const last = exchanges.at(-1);
    const begins = message.role === 'user' && said[index - 1]?.message.role !== 'user';
    if (!last || begins) exchanges.push({ id, texts: [inWords(message)] });
    else last.texts.push(inWords(message));
  }
  const pieces = exchanges.toReversed().map(({ id, texts }) => ({ id, text: texts.join('\n') }));
  return summary === null ? pieces : [...pieces, { id: 'summary', text: inWords(summaryMessage(summary)) }];
}
