import { type Column, names } from '../../../database/index.js';
import type { ConversationWrite, WrittenMessage } from '../../../scope/index.js';
import type { CommitPart } from './commit-part.js';

interface OwnWrite {
  readonly runId: string;
  readonly write: ConversationWrite;
}

interface OwnMessage extends OwnWrite {
  readonly written: WrittenMessage;
  readonly ordinal: number;
}

const writeColumns: readonly Column<OwnWrite>[] = [
  ['run_id', 'uuid', ({ runId }) => runId],
  ['conversation', 'uuid', ({ write }) => write.conversation],
  ['call', 'text', ({ write }) => write.call],
];

const messageColumns: readonly Column<OwnMessage>[] = [
  ...writeColumns,
  ['ordinal', 'int', ({ ordinal }) => ordinal],
  ['id', 'text', ({ written }) => written.id],
  ['body', 'json', ({ written }) => JSON.stringify(written.message)],
  ['agent', 'text', ({ written }) => written.agent ?? null],
  [
    'agent_input',
    'json',
    ({ written: { agentInput } }) => (agentInput === undefined ? null : JSON.stringify(agentInput)),
  ],
];

/**
 * What calls say in conversations, behind what was said there before; their holds end. Rows of conversations are locked in
 * the order of their keys, behind the rows of runs. One that is no longer there takes nothing.
 */
export const conversationPart: CommitPart = {
  concerns: ({ conversations = [] }) => conversations.length > 0,

  expressions({ tables, parameters, entries, now }) {
    const writes = entries.flatMap(({ runId, effects }) =>
      (effects?.conversations ?? []).map((write) => ({ runId, write })),
    );
    const messages = writes.flatMap(({ runId, write }) =>
      write.messages.map((written, index) => ({ runId, write, written, ordinal: index + 1 })),
    );
    return [
      `conversing AS MATERIALIZED (
        SELECT c.key, c.last_position FROM ${tables.conversation} c
        WHERE c.key = ANY(${parameters.add([...new Set(writes.map(({ write }) => write.conversation))], 'uuid[]')})
        ORDER BY c.key FOR NO KEY UPDATE
      )`,
      `said AS (
        INSERT INTO ${tables.message} (conversation, position, id, call, ordinal, run_id, body, agent, agent_input, created_at)
        SELECT w.conversation, c.last_position + row_number() OVER (PARTITION BY w.conversation ORDER BY w.place),
          w.id, w.call, w.ordinal, w.run_id, w.body, w.agent, w.agent_input, ${now}
        FROM (SELECT * FROM ${parameters.unnest(messages, messageColumns)} WITH ORDINALITY AS u (${names(messageColumns)}, place)) w
          JOIN mine m ON m.id = w.run_id JOIN conversing c ON c.key = w.conversation
        ON CONFLICT DO NOTHING RETURNING conversation, position
      )`,
      `conversed AS (
        UPDATE ${tables.conversation} c SET
          last_position = coalesce(s.last, c.last_position),
          updated_at = ${now},
          held_by = CASE WHEN c.held_call = w.call THEN NULL ELSE c.held_by END,
          held_call = CASE WHEN c.held_call = w.call THEN NULL ELSE c.held_call END
        FROM ${parameters.unnest(writes, writeColumns)} AS w (${names(writeColumns)})
          JOIN mine m ON m.id = w.run_id
          LEFT JOIN (SELECT conversation, max(position) AS last FROM said GROUP BY conversation) s ON s.conversation = w.conversation
        WHERE c.key = w.conversation RETURNING c.key
      )`,
    ];
  },
};
