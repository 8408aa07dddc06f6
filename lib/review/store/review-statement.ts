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
/** Nobody else has decided since the row was read, so the quorum is counted from what it holds. */
const unchanged = `r.proposed_hash = f->>'proposedHash' AND jsonb_array_length(r.decisions) = (f->>'decisions')::int`;
const unshaped = `NOT r.separation_of_duties OR NOT jsonb_exists(run.shaped_by, f->'decision'->>'by')`;
const addDecision = `decisions = r.decisions || jsonb_build_array(f->'decision')`;

/** What each change writes, and under which condition. */
export const reviewParts = {
  decideFinally: {
    set: `${addDecision}, status = 'decided', choice = f->'outcome'->>'choice', reason = f->'decision'->>'reason',
      value = (f->'outcome'->'value')::json, decided_by = f->'decision'->>'by', decided_at = ${now}`,
    condition: `${unchanged} AND (${unexpired}) AND (${unshaped})`,
  },
  decidePartly: {
    set: `${addDecision}, proposed_hash = coalesce(f->'replacement'->>'hash', r.proposed_hash),
      proposed = CASE WHEN f->'replacement' IS NULL THEN r.proposed ELSE (f->'replacement'->'proposed')::json END`,
    condition: `${unchanged} AND (${unexpired}) AND (${unshaped})`,
  },
  claim: {
    set: `claimed_by = f->>'by'`,
    condition: `r.claimed_by IS NULL OR r.claimed_by = f->>'by'`,
  },
  comment: { set: `comments = r.comments || jsonb_build_array(f->'comment')`, condition: 'true' },
  expire: {
    set: `status = 'expired', choice = f->>'outcome', decided_by = 'timeout', decided_at = ${now}`,
    condition: `r.expires_at <= ${now}`,
  },
  escalate: {
    set: `roles = r.escalate_to, users = '{}', claimed_by = NULL, expires_at = NULL`,
    condition: `r.expires_at <= ${now}`,
  },
} as const satisfies Record<string, StatementParts>;
