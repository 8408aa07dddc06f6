import type { MessageRow } from '../../database/index.js';
import type { ConversationMedia } from '../../media/index.js';
import { summaryMessage } from '../loop/compaction.js';
import type { Message } from '../provider/model-provider.js';
import { wholeExchanges } from './exchanges.js';

/** What a model is shown of a conversation: a summary, where there is one, and whole exchanges, with their pictures and files. */
export async function shownHistory(
  {
    key,
    summary,
    rows,
  }: { readonly key: string; readonly summary: string | null; readonly rows: readonly MessageRow[] },
  media: ConversationMedia,
): Promise<readonly Message[]> {
  const kept = wholeExchanges(rows.map(({ body }) => ({ message: body }))).map(({ message }) => message);
  await media.load(
    key,
    kept.map(({ content }) => content),
  );
  return summary === null ? kept : [summaryMessage(summary), ...kept];
}
