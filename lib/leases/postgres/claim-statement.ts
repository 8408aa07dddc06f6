import { nowPlus, type Statement, type TableNames } from '../../database/index.js';
import { runSelection } from '../../journal/index.js';
import { knownFormats } from '../../workflow/index.js';
import { type ConcurrencyLimits, poisonThreshold } from '../leases.js';

/** What a claim is about. */
export interface Claim {
  readonly runId: string;
  readonly workerId: string;
  /** The clock's offset, in milliseconds. */
  readonly offset: number;
  /** Milliseconds after which a silent worker is dead. */
  readonly timeout: number;
  readonly finished: boolean;
  /** Whether it may be a poison candidate. */
  readonly poisonCandidate: boolean;
  /** The answer to the first attempt was lost: if the run is ours now, that attempt has claimed it. */
  readonly again: boolean;
  readonly limits: ConcurrencyLimits;
}

/** Whether the worker `w` is alive. */
export function isAlive(offset: string, timeout: string): string {
  return `w.heartbeat_at > ${nowPlus(`${offset}::double precision`)} - ${timeout}::double precision * interval '1 millisecond'`;
}

/** Whether nobody alive holds the run `r`. A worker without a row is dead. */
export function isFree({ worker }: TableNames, offset: string, timeout: string): string {
  return `NOT EXISTS (SELECT FROM ${worker} w WHERE w.id = r.worker_id AND ${isAlive(offset, timeout)})`;
}

/** Whether this release knows the rules of run `r`. */
export const isOfKnownFormat = `r.format IN (${knownFormats.join(', ')})`;

/** How many runs of a workflow living workers hold, this one left out. */
export function heldOf(tables: TableNames, workflow: string, offset: string, timeout: string): string {
  return `(SELECT count(*) FROM ${tables.run} h JOIN ${tables.worker} w ON w.id = h.worker_id
    WHERE h.workflow = ${workflow} AND ${isAlive(offset, timeout)})`;
}

/** What becomes of the row of a run that the worker `$2` takes. */
const claimedColumns = `
        worker_id = $2,
        waits_for = NULL,
        lease_epoch = r.lease_epoch + 1,
        status = CASE WHEN r.finished_at IS NULL THEN 'running' ELSE r.status END,
        recovery_count = r.recovery_count + CASE WHEN coalesce(r.worker_id, $2) = $2 THEN 0 ELSE 1 END`;

/**
 * Takes one run. The epoch that was seen must still be there: of two claimers the second then finds nothing.
 * Runs of limited workflows are passed over, unless `counted`: then they are taken if a slot is free, which is only
 * exact while `concurrencyLock` keeps others from counting at the same time.
 */
export function claimStatement(tables: TableNames, claim: Claim, counted: boolean): Statement {
  const { run } = tables;
  const limited = Object.keys(claim.limits).length > 0;
  const values: unknown[] = [
    claim.runId,
    claim.workerId,
    claim.offset,
    claim.timeout,
    claim.finished,
    claim.again,
    claim.poisonCandidate,
  ];
  let slotCondition = '';
  if (counted) {
    values.push(JSON.stringify(claim.limits));
    slotCondition = `AND (($6 AND r.worker_id = $2) OR ${heldOf(tables, 'r.workflow', '$3', '$4')} < ($8::json ->> r.workflow)::int)`;
  } else if (limited) {
    values.push(Object.keys(claim.limits));
    slotCondition = 'AND r.workflow <> ALL($8::text[])';
  }
  return {
    name: `nestor_claim${counted ? '_counted' : limited ? '_unlimited' : ''}`,
    text: `
      WITH seen AS (
        SELECT r.id, r.lease_epoch FROM ${run} r
        WHERE r.id = $1 AND ${isOfKnownFormat} AND (r.finished_at IS NULL OR $5) AND (r.recovery_count < ${poisonThreshold} OR $7 OR r.finished_at IS NOT NULL OR ($6 AND r.worker_id = $2))
          AND (${isFree(tables, '$3', '$4')} OR ($6 AND r.worker_id = $2)) ${slotCondition}
      )
      UPDATE ${run} r SET ${claimedColumns}
      FROM seen s
      WHERE r.id = s.id AND r.lease_epoch = s.lease_epoch AND (r.finished_at IS NULL OR $5)
      RETURNING ${runSelection}`,
    values,
  };
}

/** What claims that travel together have in common. */
export type CommonClaim = Omit<Claim, 'runId' | 'finished' | 'poisonCandidate'>;

/**
 * Takes many runs at once, of workflows without a limit. Those whose rows somebody has locked are left to the next
 * sweep: to wait for one would hold up all the others.
 */
export function claimManyStatement(
  tables: TableNames,
  runIds: readonly string[],
  common: CommonClaim,
  /** Those that may be poison candidates. */
  candidates: readonly string[],
): Statement {
  const { run } = tables;
  const { workerId, offset, timeout, again, limits } = common;
  return {
    name: 'nestor_claim_many',
    text: `
      WITH locked AS MATERIALIZED (
        SELECT r.id FROM ${run} r WHERE r.id = ANY($1::uuid[]) ORDER BY r.id FOR NO KEY UPDATE SKIP LOCKED
      ), seen AS (
        SELECT r.id, r.lease_epoch FROM ${run} r JOIN locked l ON l.id = r.id
        WHERE r.finished_at IS NULL AND ${isOfKnownFormat} AND (${isFree(tables, '$3', '$4')} OR ($5 AND r.worker_id = $2))
          AND r.workflow <> ALL($6::text[]) AND (r.recovery_count < ${poisonThreshold} OR r.id = ANY($7::uuid[]) OR ($5 AND r.worker_id = $2))
      )
      UPDATE ${run} r SET ${claimedColumns}
      FROM seen s
      WHERE r.id = s.id AND r.lease_epoch = s.lease_epoch AND r.finished_at IS NULL
      RETURNING ${runSelection}`,
    values: [[...runIds], workerId, offset, timeout, again, Object.keys(limits), [...candidates]],
  };
}

/** First key of the locks under which slots are counted: 'neso' in ASCII. */
const concurrencyLockSpace = 0x6e65736f;

/**
 * Has the transaction alone count the slots of a limited run's workflow, until it ends. A row, if it is worth going on:
 * a worker that sees the limit reached already needs no lock to know it.
 */
export function concurrencyLock(
  tables: TableNames,
  { runId, workerId, offset, timeout, limits, again }: Claim,
): Statement {
  return {
    name: 'nestor_place_lock',
    text: `
      SELECT pg_advisory_xact_lock($5, hashtext(r.workflow)) FROM ${tables.run} r
      WHERE r.id = $1 AND (${heldOf(tables, 'r.workflow', '$2', '$3')} < ($4::json ->> r.workflow)::int
        OR ($6 AND r.worker_id = $7))`,
    values: [runId, offset, timeout, JSON.stringify(limits), concurrencyLockSpace, again, workerId],
  };
}
