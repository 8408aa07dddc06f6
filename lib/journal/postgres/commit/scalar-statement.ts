import { type Column, names, type Statement, type TableNames } from '../../../database/index.js';
import { isFinished } from '../../../workflow/index.js';
import { recordColumns } from '../columns.js';
import type { CommitEntry } from './commit-entry.js';
import { commitParts } from './commit-parts.js';
import { entryColumns } from './entry-columns.js';

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

/** What follows where the entry gives its run back. */
const releaseColumns = [
  ['status', 'text', ({ effects }) => effects?.status],
  ['finished_at', 'timestamptz', ({ effects }) => effects?.finishedAt ?? null],
  ['wake_at', 'timestamptz', ({ effects }) => effects?.release?.wakeAt ?? null],
] as const satisfies readonly Column<CommitEntry>[];

/** The run is known from the row that was updated. */
const ownColumns = recordColumns.filter(([name]) => name !== 'run_id');

/**
 * A lone entry: one `UPDATE … RETURNING` that feeds one `INSERT`. Waits for the row if somebody has it locked.
 * It writes as many rows as the entry has records, or none.
 */
export class ScalarStatement {
  /** By count of records, for entries that keep their run and for those that give it back. */
  private readonly texts = { kept: new Map<number, string>(), released: new Map<number, string>() };

  constructor(private readonly tables: TableNames) {}

  /** @param returning gives rows `{ id }` of what was written, for who does not learn of their count */
  of(entry: CommitEntry, returning?: 'returning'): Statement {
    const { effects, records } = entry;
    const values: unknown[] = entryColumns.map(([, , read]) => read(entry));
    if (effects) for (const [, , read] of releaseColumns) values.push(read(entry));
    for (const record of records) for (const [, , read] of ownColumns) values.push(read(record));
    const isReleased = effects !== undefined;
    const name = `nestor_append_${isReleased ? 'last_' : ''}${records.length}`;
    const text = this.text(records.length, isReleased);
    return returning ? { text: `${text} RETURNING run_id AS id`, values } : { name, text, values };
  }

  private text(records: number, isReleased: boolean): string {
    const known = isReleased ? this.texts.released : this.texts.kept;
    let text = known.get(records);
    if (text === undefined) known.set(records, (text = textOf(this.tables, records, isReleased)));
    return text;
  }
}

function textOf(tables: TableNames, records: number, isReleased: boolean): string {
  const columns = [...entryColumns, ...(isReleased ? releaseColumns : [])];
  type Name = (typeof columns)[number][0];
  const of = (name: Name) => {
    const index = columns.findIndex((column) => column[0] === name);
    return placeholder(index, columns[index]?.[1] ?? 'text');
  };
  const rows = Array.from({ length: records }, (_, row) => {
    const first = columns.length + row * ownColumns.length;
    return `(${ownColumns.map(([, type], index) => placeholder(first + index, type)).join(', ')})`;
  });
  const release = `, status = ${of('status')}, finished_at = ${of('finished_at')}, wake_at = ${of('wake_at')}, worker_id = NULL`;
  return `
    WITH updated AS (
      UPDATE ${tables.run} SET
        seq = ${of('after_seq')},
        head_hash = ${of('after_hash')},
        usage = coalesce(${of('usage')}, usage),
        recovery_count = CASE WHEN ${of('progress')} THEN 0 ELSE recovery_count END
        ${isReleased ? release : ''}
      WHERE id = ${of('id')} AND lease_epoch = ${of('epoch')}
        AND seq = ${of('before_seq')} AND head_hash = ${of('before_hash')}
        AND worker_id IS NOT NULL AND finished_at IS NULL ${isReleased ? 'AND inbox_pending = 0' : ''}
      RETURNING id
    )
    INSERT INTO ${tables.record} (run_id, ${names(ownColumns)})
    SELECT id, d.* FROM updated, (VALUES ${rows.join(', ')}) AS d`;
}

function placeholder(index: number, type: string): string {
  return `$${index + 1}::${type}`;
}
