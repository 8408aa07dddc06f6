import { nowPlus, type TableNames } from '../../database/index.js';
import { shapedBySql } from '../../journal/index.js';

export interface StatementParts {
  /** Assignments; the facts are `f`, a JSON object. */
  readonly set: string;
  /** Besides that the review is open, and its run not over. */
  readonly condition: string;
}

/** The database's time, moved by the test clock. */
export const now = nowPlus('$3');

/**
 * One statement: the conditional update of the review, the message to its run, and the touch of the run's row. The run
 * is locked first, as everywhere; who waited for the lock sees the review as the former left it.
 */
export function reviewStatement(tables: TableNames, { set, condition }: StatementParts): string {
  return `
    WITH facts AS (SELECT $9::jsonb AS f),
    run AS (SELECT id, shaped_by FROM ${tables.run} WHERE id = $1 AND finished_at IS NULL FOR NO KEY UPDATE),
    review AS (
      UPDATE ${tables.review} AS r SET version = r.version + 1, ${set}
      FROM run, facts
      WHERE r.id = $2 AND r.run_id = run.id AND r.status = 'open' AND (${condition})
      RETURNING r.run_id
    ),
    message AS (
      INSERT INTO ${tables.inbox} (id, run_id, actor_kind, actor_id, at, body)
      SELECT $4, run_id, $5, $6, $7::timestamptz, $8::json FROM review
      RETURNING run_id
    )
    UPDATE ${tables.run} AS r SET inbox_pending = r.inbox_pending + 1, wake_at = ${now},
      ${shapedBySql('r', `coalesce(f->'shapers', '[]')`)}
    FROM message, facts WHERE r.id = message.run_id
    RETURNING r.id`;
}

const unexpired = `r.expires_at IS NULL OR r.expires_at > ${now}`;
/** Claimed by nobody else. */
const unheld = `coalesce(r.claimed_until <= ${now}, true) OR r.claimed_by = f->>'by'`;
/** Nobody else has decided since the row was read, so the quorum is counted from what it holds. */
const unchanged = `r.proposed_hash = f->>'proposedHash' AND jsonb_array_length(r.decisions) = (f->>'decisions')::int`;
const unshaped = `NOT r.separation_of_duties OR NOT jsonb_exists_any(run.shaped_by, ARRAY[f->>'by', f->>'holder'])`;
/** What a decision has to find. */
const decidable = `${unchanged} AND (${unexpired}) AND (${unheld}) AND (${unshaped})`;
const unclaimed = 'claimed_by = NULL, claimed_until = NULL';
const later = (milliseconds: string) => `${now} + ${milliseconds} * interval '1 millisecond'`;
const listOf = (json: string) => `ARRAY(SELECT jsonb_array_elements_text(${json}))`;
const addDecision = `decisions = r.decisions || jsonb_build_array(f->'decision')`;

/** What each change writes, and under which condition. */
export const reviewParts = {
  decideFinally: {
    set: `${addDecision}, status = 'decided', choice = f->'outcome'->>'choice', reason = f->'decision'->>'reason',
      value = (f->'outcome'->'value')::json, decided_by = f->'decision'->>'by', decided_at = ${now}`,
    condition: decidable,
  },
  decidePartly: {
    set: `${addDecision}, ${unclaimed}, proposed_hash = coalesce(f->'replacement'->>'hash', r.proposed_hash),
      proposed = CASE WHEN f->'replacement' IS NULL THEN r.proposed ELSE (f->'replacement'->'proposed')::json END`,
    condition: decidable,
  },
  claim: {
    set: `claimed_by = f->>'holder',
      claimed_until = CASE WHEN f->>'holder' IS NOT NULL THEN ${later(`(f->>'duration')::double precision`)} END,
      users = CASE WHEN f->'users' IS NULL THEN r.users ELSE ${listOf(`f->'users'`)} END`,
    condition: `(${unheld}) AND (${unshaped})`,
  },
  comment: { set: `comments = r.comments || jsonb_build_array(f->'comment')`, condition: 'true' },
  expire: {
    set: `status = 'expired', choice = f->>'outcome', decided_by = 'timeout', decided_at = ${now}`,
    condition: `r.expires_at <= ${now}`,
  },
  escalate: {
    set: `roles = ${listOf(`f->'stage'->'roles'`)}, users = ${listOf(`f->'stage'->'users'`)}, ${unclaimed},
      escalation = r.escalation - 0,
      on_timeout = CASE WHEN jsonb_array_length(r.escalation) > 1 THEN 'escalate' ELSE 'reject' END,
      expires_at = ${later(`(f->'stage'->>'timeout')::double precision`)},
      remind_at = ${later('r.remind_every')}`,
    condition: `r.expires_at <= ${now}`,
  },
  remind: { set: `remind_at = ${later('r.remind_every')}`, condition: `r.remind_at <= ${now}` },
} as const satisfies Record<string, StatementParts>;
