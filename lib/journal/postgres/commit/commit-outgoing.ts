import { type Column, names, type TableNames } from '../../../database/index.js';
import type { CommitPart } from './commit-part.js';
import type { PostedMessage } from '../../inbox-message.js';

/** A message and the run it is for. */
export interface OutgoingMessage {
  readonly runId: string;
  readonly message: PostedMessage;
}

export const messageColumns: readonly Column<OutgoingMessage>[] = [
  ['id', 'text', ({ message }) => message.id],
  ['run_id', 'uuid', ({ runId }) => runId],
  ['actor_kind', 'text', ({ message }) => message.actor.kind],
  ['actor_id', 'text', ({ message }) => message.actor.id],
  ['at', 'timestamptz', ({ message }) => message.at],
  ['body', 'json', ({ message }) => JSON.stringify(message.body)],
];

/**
 * Messages to other runs: inserted, counted on the run's row, and the run made due.
 * @param source a relation with a row if the messages shall go out
 * @param set what else changes in rows `r` of the runs
 */
export function insertMessages(
  tables: TableNames,
  messages: string,
  source: string,
  now: string,
  set: readonly string[] = [],
): string[] {
  return [
    `posted AS (
      INSERT INTO ${tables.inbox} (${names(messageColumns)})
      SELECT ${names(messageColumns, 'p.')} FROM ${messages} AS p (${names(messageColumns)})
        JOIN locked l ON l.id = p.run_id
      WHERE EXISTS (SELECT FROM ${source})
      ON CONFLICT (id) DO NOTHING RETURNING run_id
    )`,
    `touched AS (
      UPDATE ${tables.run} r SET
        inbox_pending = r.inbox_pending + n.count,
        ${set.map((assignment) => `${assignment},`).join('\n')}
        wake_at = CASE WHEN r.finished_at IS NULL THEN ${now} ELSE r.wake_at END
      FROM (SELECT run_id, count(*) AS count FROM posted GROUP BY run_id) n
      WHERE r.id = n.run_id RETURNING r.id
    )`,
  ];
}

/** Leaves messages to other runs. Only an entry that travels alone has any. */
export const outgoingPart: CommitPart = {
  concerns: ({ outgoing = [] }) => outgoing.length > 0,

  expressions({ tables, parameters, entries, now }) {
    const messages = entries.flatMap(({ effects }) => effects?.outgoing ?? []);
    return insertMessages(tables, parameters.unnest(messages, messageColumns), 'mine', now);
  },
};
