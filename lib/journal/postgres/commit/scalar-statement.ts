import { byteaOf, Parameters, names, type Statement, type TableNames } from '../../../database/index.js';
import { isFinished } from '../../../workflow/index.js';
import { recordColumns } from '../columns.js';
import type { CommitEntry } from './commit-entry.js';
import { commitParts } from './commit-parts.js';

/** More records than this go by the other form: each count has a text of its own, which the server has to plan. */
const mostRecords = 4;

/** Whether the scalar form can write it: a few records of one run, and at most giving it back with its new status. */
export function isScalar({ records, effects, mayFollowTheEnd }: CommitEntry): boolean {
  if (records.length === 0 || records.length > mostRecords || mayFollowTheEnd) return false;
  if (effects === undefined) return true;
  const { status, release, consumed = [], finishedAt } = effects;
  const isEnd = status !== undefined && isFinished(status);
  return (
    release !== undefined &&
    status !== undefined &&
    isEnd === (finishedAt !== undefined) &&
    consumed.length === 0 &&
    !commitParts.some((part) => part.concerns(effects))
  );
}

/**
 * A lone entry: one `UPDATE … RETURNING` that feeds one `INSERT`. Waits for the row if somebody has it locked.
 * @returns rows `{ id }` if it was written
 */
export function scalarStatement(tables: TableNames, entry: CommitEntry): Statement {
  const { runId, epoch, before, after, records, effects, usage } = entry;
  const parameters = new Parameters();
  const id = parameters.add(runId, 'uuid');
  const seq = parameters.add(before.seq, 'int');
  const head = parameters.add(byteaOf(before.hash), 'bytea');
  const own = recordColumns.filter(([name]) => name !== 'run_id');
  const rows = records.map(
    (record) => `(${own.map(([, type, read]) => parameters.add(read(record), type)).join(', ')})`,
  );
  const text = `
    WITH updated AS (
      UPDATE ${tables.run} SET
        seq = ${parameters.add(after.seq, 'int')},
        head_hash = ${parameters.add(byteaOf(after.hash), 'bytea')},
        usage = coalesce(${parameters.add(usage === undefined ? null : JSON.stringify(usage), 'json')}, usage),
        recovery_count = CASE WHEN ${parameters.add(entry.progress, 'boolean')} THEN 0 ELSE recovery_count END
        ${effects === undefined ? '' : givenBack(parameters, effects)}
      WHERE id = ${id} AND lease_epoch = ${parameters.add(epoch, 'int')} AND seq = ${seq} AND head_hash = ${head}
        AND worker_id IS NOT NULL AND finished_at IS NULL ${effects === undefined ? '' : 'AND inbox_pending = 0'}
      RETURNING id
    )
    INSERT INTO ${tables.record} (run_id, ${names(own)})
    SELECT id, d.* FROM updated, (VALUES ${rows.join(', ')}) AS d
    RETURNING run_id AS id`;
  const name = `nestor_append_${effects === undefined ? '' : 'last_'}${records.length}`;
  return { name, text, values: parameters.values };
}

function givenBack(
  parameters: Parameters,
  { status, release, finishedAt }: NonNullable<CommitEntry['effects']>,
) {
  return `, status = ${parameters.add(status, 'text')},
        finished_at = ${parameters.add(finishedAt ?? null, 'timestamptz')},
        worker_id = NULL,
        wake_at = ${parameters.add(release?.wakeAt ?? null, 'timestamptz')}`;
}
