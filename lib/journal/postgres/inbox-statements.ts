import { nowPlus, type Column, Parameters, type Statement, type TableNames } from '../../database/index.js';
import type { Actor } from '../../workflow/index.js';
import { insertMessages, type OutgoingMessage } from './commit/commit-outgoing.js';
import { shaperBy } from '../shapers.js';
import { shapedBySql } from './shaped-by.js';
import type { InboxBody, InboxMessage } from '../inbox-message.js';

/** Leaves a message, counts it on the run's row, and makes the run due. @returns a row if there is such a run */
export function postStatement(
  tables: TableNames,
  columns: readonly Column<OutgoingMessage>[],
  letter: OutgoingMessage,
  offset: number,
): Statement {
  const parameters = new Parameters();
  const id = parameters.add(letter.runId, 'uuid');
  const shaper = parameters.add(shaperBy(letter.message) ?? null, 'text');
  const parts = insertMessages(
    tables,
    parameters.unnest([letter], columns),
    'locked',
    nowPlus(parameters.add(offset, 'double precision')),
    [shapedBySql('r', `to_jsonb(array_remove(ARRAY[${shaper}], NULL))`)],
  );
  return {
    name: 'nestor_post',
    text: `
      WITH locked AS MATERIALIZED (SELECT id FROM ${tables.run} WHERE id = ${id} FOR NO KEY UPDATE),
      ${parts.join(',\n')}
      SELECT id FROM locked`,
    values: parameters.values,
  };
}

export function inboxStatement(tables: TableNames, runId: string): Statement {
  return {
    name: 'nestor_inbox',
    text: `SELECT id, run_id, actor_kind, actor_id, at, body FROM ${tables.inbox} WHERE run_id = $1 ORDER BY position`,
    values: [runId],
  };
}

/** A row of `orchestration_inbox` as the driver reads it. */
export interface StoredMessage {
  readonly id: string;
  readonly run_id: string;
  readonly actor_kind: Actor['kind'];
  readonly actor_id: string;
  readonly at: Date;
  readonly body: InboxBody;
}

export function messageOf(row: StoredMessage): InboxMessage {
  return {
    id: row.id,
    runId: row.run_id,
    actor: { kind: row.actor_kind, id: row.actor_id },
    at: row.at.toISOString(),
    body: row.body,
  };
}
