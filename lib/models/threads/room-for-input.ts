import type { ConversationThreads } from '../../conversations/index.js';
import type { ConversationRow } from '../../database/index.js';
import { InputValidationError } from '../../errors/index.js';
import type { ConversationUse } from '../../scope/index.js';

/**
 * Removes what the input takes the place of. Doing it again changes nothing.
 * @returns the conversation as it is then
 * @throws {InputValidationError} if it has a message of the id of the input already
 */
export async function roomFor(
  { replaces, messageId }: ConversationUse,
  row: ConversationRow,
  threads: Pick<ConversationThreads, 'positionOf' | 'truncate'>,
): Promise<ConversationRow> {
  const replaced = replaces === undefined ? undefined : await threads.positionOf(row.key, replaces);
  if (replaced !== undefined) await threads.truncate(row.key, replaced - 1);
  if (messageId !== undefined && (await threads.positionOf(row.key, messageId)) !== undefined)
    throw new InputValidationError(
      `The conversation '${row.id}' has the message '${messageId}' already. Give the input another 'messageId', or put it in the place of that message by 'replaces'.`,
      { details: { conversation: row.id, messageId } },
    );
  const isSummaryGone = replaced !== undefined && (row.summaryUntil ?? 0) >= replaced;
  return isSummaryGone ? { ...row, summary: null, summaryUntil: null } : row;
}
