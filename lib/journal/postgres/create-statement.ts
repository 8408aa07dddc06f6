import {
  nowPlus,
  type Column,
  names,
  Parameters,
  type Statement,
  type TableNames,
} from '../../database/index.js';
import { recordColumns, runColumns } from './columns.js';
import type { PreparedRun } from '../new-run.js';

const rowColumns: readonly Column<PreparedRun>[] = runColumns.map(
  ([name, type, read]) => [name, type, ({ row }) => read(row)] as const,
);
/** Arrays of arrays don't travel, so the tags go as JSON. */
const tags: Column<PreparedRun> = ['tags', 'json', ({ row }) => JSON.stringify(row.tags)];

/**
 * Inserts many runs with their first records. Whose id or idempotency key is there already, is left out.
 * @returns rows `{ id }` of the runs that were inserted
 */
export function createStatement(tables: TableNames, runs: readonly PreparedRun[], offset: number): Statement {
  const parameters = new Parameters();
  const columns = [...rowColumns, tags];
  // Always in the same order: two batches with the same keys would otherwise wait for each other.
  const sorted = runs.toSorted((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1));
  const rows = parameters.unnest(sorted, columns);
  const records = parameters.unnest(
    sorted.flatMap((run) => run.records),
    recordColumns,
  );
  const now = nowPlus(parameters.add(offset, 'double precision'));
  return {
    name: 'nestor_create',
    text: `
      WITH inserted AS (
        INSERT INTO ${tables.run} (${names(rowColumns)}, tags, wake_at)
        SELECT ${names(rowColumns, 'n.')}, ARRAY(SELECT json_array_elements_text(n.tags)),
          CASE WHEN n.status = 'pending' THEN ${now} END
        FROM ${rows} AS n (${names(columns)})
        ON CONFLICT DO NOTHING RETURNING id
      ), written AS (
        INSERT INTO ${tables.record} (${names(recordColumns)})
        SELECT ${names(recordColumns, 'd.')} FROM ${records} AS d (${names(recordColumns)})
          JOIN inserted i ON i.id = d.run_id
      )
      SELECT id FROM inserted`,
    values: parameters.values,
  };
}

/** A run that was there before. */
export interface ExistingRun {
  readonly wanted: string;
  readonly id: string;
  readonly input_hash: Buffer;
  readonly worker_id: string | null;
  readonly lease_epoch: number;
  /** Of its first record: equal to that of the wanted one if it was inserted by a statement whose answer was lost. */
  readonly hash: Buffer | null;
}

/** Looks for the runs that were in the way of new ones. */
export function existingStatement(tables: TableNames, runs: readonly PreparedRun[]): Statement {
  const parameters = new Parameters();
  const rows = parameters.unnest(runs, [
    ['wanted', 'uuid', ({ row }) => row.id],
    ['workflow', 'text', ({ row }) => row.workflow],
    ['tenant', 'text', ({ row }) => row.tenant],
    ['key', 'text', ({ row }) => row.idempotencyKey],
  ]);
  return {
    name: 'nestor_existing',
    text: `
      SELECT n.wanted, r.id, r.input_hash, r.worker_id, r.lease_epoch, a.hash FROM ${rows} AS n (wanted, workflow, tenant, key)
        JOIN ${tables.run} r ON r.id = n.wanted OR (
          r.workflow = n.workflow AND coalesce(r.tenant, '') = coalesce(n.tenant, '') AND r.idempotency_key = n.key)
        LEFT JOIN ${tables.record} a ON a.run_id = r.id AND a.seq = 1
      ORDER BY r.id = n.wanted`,
    values: parameters.values,
  };
}

function orderOf({ row }: PreparedRun): string {
  return `${row.workflow} ${row.tenant ?? ''} ${row.idempotencyKey ?? ''} ${row.id}`;
}
