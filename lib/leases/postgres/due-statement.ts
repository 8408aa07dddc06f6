import { nowPlus, type Statement, type TableNames } from '../../database/index.js';
import { heldOf, isFree, isOfKnownFormat } from './claim-statement.js';
import { type ConcurrencyLimits, poisonThreshold } from '../leases.js';

/** A run that somebody should take. */
export interface DueRun {
  readonly id: string;
  readonly priority: number;
  readonly wake_at: Date | null;
}

export type DueQuery = SuspectQuery & { readonly limit: number; readonly limits: ConcurrencyLimits };

export interface SuspectQuery {
  readonly definitions: readonly string[];
  readonly offset: number;
  /** Milliseconds after which a silent worker is dead. */
  readonly timeout: number;
}

/** Whether the run `r` needs somebody. */
function isDue(tables: TableNames): string {
  return `r.finished_at IS NULL AND (r.definition_hash = ANY($1::text[]) OR r.workflow = ANY($1::text[]))
    AND ((r.worker_id IS NULL AND r.wake_at <= ${nowPlus('$2::double precision')})
      OR (r.worker_id IS NOT NULL AND ${isFree(tables, '$2', '$3')}))`;
}

const isNotPoisonCandidate = `r.recovery_count < ${poisonThreshold}`;

/** The format of a run that needs somebody, and that this release cannot continue with. */
export function unknownFormatStatement(tables: TableNames, query: SuspectQuery): Statement {
  return {
    name: 'nestor_unknown_format',
    text: `SELECT r.format FROM ${tables.run} r WHERE ${isDue(tables)} AND NOT ${isOfKnownFormat} LIMIT 1`,
    values: common(query),
  };
}

/** One of the poison candidates. */
export function poisonCandidateStatement(tables: TableNames, query: SuspectQuery): Statement {
  return {
    name: 'nestor_suspect',
    text: `
      SELECT r.id FROM ${tables.run} r WHERE ${isDue(tables)} AND ${isOfKnownFormat} AND NOT ${isNotPoisonCandidate}
      ORDER BY random() LIMIT 1`,
    values: common(query),
  };
}

/** Due runs of workflows without a limit; those whose rows somebody has locked are being taken care of. */
export function dueStatement(tables: TableNames, query: DueQuery): Statement {
  const limited = Object.keys(query.limits);
  return {
    name: limited.length === 0 ? 'nestor_due' : 'nestor_due_unlimited',
    text: `
      SELECT r.id, r.priority, r.wake_at FROM ${tables.run} r
      WHERE ${isDue(tables)} AND ${isOfKnownFormat} AND ${isNotPoisonCandidate} ${limited.length === 0 ? '' : 'AND r.workflow <> ALL($5::text[])'}
      ORDER BY r.priority DESC, r.wake_at LIMIT $4 FOR NO KEY UPDATE OF r SKIP LOCKED`,
    values: [...common(query), query.limit, ...(limited.length === 0 ? [] : [limited])],
  };
}

/** Due runs of limited workflows, of each no more than there are slots: the others would only be in the way. */
export function dueWithinLimitsStatement(tables: TableNames, query: DueQuery): Statement {
  return {
    name: 'nestor_due_limited',
    text: `
      SELECT d.id, d.priority, d.wake_at FROM json_each_text($5::json) l CROSS JOIN LATERAL (
        SELECT r.id, r.priority, r.wake_at FROM ${tables.run} r
        WHERE r.workflow = l.key AND ${isDue(tables)} AND ${isOfKnownFormat} AND ${isNotPoisonCandidate}
        ORDER BY r.priority DESC, r.wake_at
        LIMIT greatest(0, l.value::int - ${heldOf(tables, 'l.key', '$2', '$3')})
      ) d
      ORDER BY d.priority DESC, d.wake_at LIMIT $4`,
    values: [...common(query), query.limit, JSON.stringify(query.limits)],
  };
}

function common({ definitions, offset, timeout }: SuspectQuery): unknown[] {
  return [[...definitions], offset, timeout];
}

/** Urgent ones first, then those that have waited longest. */
export function inOrder(a: DueRun, b: DueRun): number {
  return b.priority - a.priority || (a.wake_at?.getTime() ?? 0) - (b.wake_at?.getTime() ?? 0);
}
