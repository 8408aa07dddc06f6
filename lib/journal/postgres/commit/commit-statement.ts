import {
  type Column,
  killSwitchLimit,
  names,
  nowPlus,
  Parameters,
  type Statement,
  statementName,
  type TableNames,
} from '../../../database/index.js';
import { isFinished } from '../../../workflow/index.js';
import { recordColumns } from '../columns.js';
import type { CommitEffects } from '../../journal.js';
import { type CommitEntry, hasOutgoing } from './commit-entry.js';
import { commitParts } from './commit-parts.js';
import { entryColumns } from './entry-columns.js';

export interface CommitOptions {
  /** Leave out runs whose rows somebody has locked, instead of waiting for them. */
  readonly skipLocked: boolean;
  /** The clock's offset in milliseconds. */
  readonly offset: number;
}

const batchColumns: readonly Column<CommitEntry>[] = [
  ...entryColumns,
  ['may_follow', 'boolean', ({ mayFollowTheEnd }) => mayFollowTheEnd],
  ['status', 'text', ({ effects }) => effects?.status ?? null],
  ['ends', 'boolean', ({ effects }) => effects?.status !== undefined && isFinished(effects.status)],
  ['finished_at', 'timestamptz', ({ effects }) => effects?.finishedAt ?? null],
  ['release', 'boolean', ({ effects }) => effects?.release !== undefined],
  ['wake_at', 'timestamptz', ({ effects }) => effects?.release?.wakeAt ?? null],
  ['taken', 'int', ({ effects }) => effects?.consumed?.length ?? 0],
];

/** What some entries bring besides. */
const limitColumns: readonly Column<CommitEntry>[] = [
  ['waits_for', 'jsonb', ({ effects }) => waitsForOf(effects)],
  ['if_switches', 'bigint', ({ effects }) => effects?.ifSwitches ?? null],
];

/**
 * Everything that many runs have to write, in one statement:
 * `locked` takes the run rows in id order; `mine` keeps those that this process still holds, that stand where their
 * records follow, and that may be given back if that is asked for. All that comes after writes for `mine` only.
 *
 * What `UPDATE` needs of other tables is joined, never sub-selected: when a row has changed since the statement began,
 * PostgreSQL evaluates the sub-select again on old data, or refuses to.
 * @returns rows `{ id }` of the runs that were written
 */
export function commitStatement(
  tables: TableNames,
  entries: readonly CommitEntry[],
  { skipLocked, offset }: CommitOptions,
): Statement {
  const parameters = new Parameters();
  const isLimited = entries.some(({ effects }) => effects && concernsLimits(effects));
  const columns = isLimited ? [...batchColumns, ...limitColumns] : batchColumns;
  const rows = parameters.unnest(entries, columns);
  const now = nowPlus(parameters.add(offset, 'double precision'));
  const records = parameters.unnest(
    entries.flatMap((entry) => entry.records),
    recordColumns,
  );
  const locks = parameters.add(entries.flatMap(rowsToLock), 'uuid[]');
  const takes = entries.flatMap(({ effects }) => effects?.consumed ?? []);
  const consumed =
    takes.length === 0
      ? undefined
      : `taken AS (
      DELETE FROM ${tables.inbox} i USING mine m
      WHERE i.run_id = m.id AND i.id = ANY(${parameters.add(takes, 'text[]')}) RETURNING i.run_id
    )`;
  const expressions = commitParts
    .filter((part) => entries.some(({ effects }) => effects && part.concerns(effects)))
    .flatMap((part) => part.expressions({ tables, parameters, entries, now }));
  const text = `
    WITH entry AS (SELECT * FROM ${rows} AS e (${names(columns)})),
    locked AS MATERIALIZED (
      SELECT id, lease_epoch, worker_id, seq, head_hash, inbox_pending, finished_at FROM ${tables.run}
      WHERE id = ANY(${locks}) ORDER BY id FOR NO KEY UPDATE ${skipLocked ? 'SKIP LOCKED' : ''}
    ),
    mine AS MATERIALIZED (
      SELECT e.* FROM entry e JOIN locked l ON l.id = e.id
      WHERE l.lease_epoch = e.epoch AND l.worker_id IS NOT NULL
        AND l.seq = e.before_seq AND l.head_hash = e.before_hash
        AND (l.finished_at IS NULL OR e.may_follow)
        AND (NOT e.release OR l.inbox_pending <= e.taken)
        ${isLimited ? `AND (e.if_switches IS NULL OR e.if_switches = ${switchGeneration(tables)})` : ''}
    ),
    ${consumed ? `${consumed},` : ''}
    updated AS (
      UPDATE ${tables.run} r SET
        seq = m.after_seq,
        head_hash = m.after_hash,
        usage = coalesce(m.usage, r.usage),
        recovery_count = CASE WHEN m.progress THEN 0 ELSE r.recovery_count END,
        status = coalesce(m.status, r.status),
        finished_at = CASE WHEN m.status IS NULL THEN r.finished_at WHEN m.ends THEN coalesce(m.finished_at, ${now}) END,
        worker_id = CASE WHEN NOT m.release THEN r.worker_id END,
        wake_at = CASE WHEN m.release THEN m.wake_at ELSE r.wake_at END
        ${isLimited ? ', waits_for = CASE WHEN m.release THEN m.waits_for ELSE r.waits_for END' : ''}
        ${consumed ? ', inbox_pending = r.inbox_pending - coalesce(t.count, 0)' : ''}
      FROM mine m
        ${consumed ? 'LEFT JOIN (SELECT run_id, count(*) AS count FROM taken GROUP BY run_id) t ON t.run_id = m.id' : ''}
      WHERE r.id = m.id RETURNING r.id
    ),
    ${expressions.map((expression) => `${expression},`).join('\n')}
    written AS (
      INSERT INTO ${tables.record} (${names(recordColumns)})
      SELECT ${names(recordColumns, 'd.')} FROM ${records} AS d (${names(recordColumns)})
        JOIN mine m ON m.id = d.run_id
    )
    SELECT id FROM updated`;
  const words = [
    ...(skipLocked ? ['skip'] : []),
    ...(isLimited ? ['limited'] : []),
    ...(consumed ? ['taken'] : []),
    ...expressions.map(firstWord),
  ];
  return { name: statementName('nestor_append', ...words), text, values: parameters.values };
}

/** Whether it waits for a limit, or depends on one. */
export function concernsLimits({ release, ifSwitches }: CommitEffects): boolean {
  return release?.waitsFor !== undefined || ifSwitches !== undefined;
}

/** The generation of the kill switch, as it is when the statement begins. */
export function switchGeneration({ limit }: TableNames): string {
  return `coalesce((SELECT generation FROM ${limit} WHERE name = '${killSwitchLimit}'), 0)`;
}

function waitsForOf(effects: CommitEffects | undefined): string | null {
  const waitsFor = effects?.release?.waitsFor;
  return waitsFor === undefined ? null : JSON.stringify(waitsFor);
}

function rowsToLock(entry: CommitEntry): string[] {
  const others = hasOutgoing(entry) ? (entry.effects?.outgoing ?? []).map(({ runId }) => runId) : [];
  return [entry.runId, ...others];
}

function firstWord(expression: string): string {
  return expression.trim().split(' ')[0] ?? '';
}
