import { type Column, names, type Statement, type TableNames } from '../../../database/index.js';
import { isFinished } from '../../../workflow/index.js';
import type { CommitEffects } from '../../journal.js';
import { recordColumns } from '../columns.js';
import type { CommitEntry } from './commit-entry.js';
import { commitParts } from './commit-parts.js';
import { concernsLimits, switchGeneration } from './commit-statement.js';
import { entryColumns } from './entry-columns.js';

/** More records than this go by the other form: each count has a text of its own, which the server has to plan. */
const mostRecords = 4;

/** Whether the scalar form can write it: a few records of one run, and at most giving it back with its new status. */
export function isScalar({ records, effects, mayFollowTheEnd }: CommitEntry): boolean {
  if (records.length === 0 || records.length > mostRecords || mayFollowTheEnd) return false;
  if (effects === undefined || isGuardOnly(effects)) return true;
  const { status, release, consumed = [], finishedAt } = effects;
  const isEnd = status !== undefined && isFinished(status);
  return (
    release !== undefined &&
    status !== undefined &&
    isEnd === (finishedAt !== undefined) &&
    consumed.length === 0 &&
    !concernsLimits(effects) &&
    !commitParts.some((part) => part.concerns(effects))
  );
}

/** Whether all that is asked for is that the kill switch is as it was. */
function isGuardOnly({ ifSwitches, ...others }: CommitEffects): boolean {
  return ifSwitches !== undefined && Object.keys(others).length === 0;
}

/** What follows where the entry depends on the kill switch. */
const guardColumns = [
  ['if_switches', 'bigint', ({ effects }) => effects?.ifSwitches],
] as const satisfies readonly Column<CommitEntry>[];

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
  /** By count of records. */
  private readonly texts: { readonly [form in Form]: Map<number, string> } = {
    kept: new Map(),
    guarded: new Map(),
    released: new Map(),
  };

  constructor(private readonly tables: TableNames) {}

  /** @param returning gives rows `{ id }` of what was written, for who does not learn of their count */
  of(entry: CommitEntry, returning?: 'returning'): Statement {
    const { records } = entry;
    const form = formOf(entry);
    const values: unknown[] = entryColumns.map(([, , read]) => read(entry));
    for (const [, , read] of furtherColumns[form]) values.push(read(entry));
    for (const record of records) for (const [, , read] of ownColumns) values.push(read(record));
    const name = `nestor_append_${nameOf[form]}${records.length}`;
    const text = this.text(records.length, form);
    return returning ? { text: `${text} RETURNING run_id AS id`, values } : { name, text, values };
  }

  private text(records: number, form: Form): string {
    const known = this.texts[form];
    let text = known.get(records);
    if (text === undefined) known.set(records, (text = textOf(this.tables, records, form)));
    return text;
  }
}

/** What an entry does besides writing records: nothing, depend on the kill switch, or give its run back. */
type Form = 'kept' | 'guarded' | 'released';

const nameOf = { kept: '', guarded: 'if_', released: 'last_' } as const satisfies Record<Form, string>;

const furtherColumns: { readonly [form in Form]: readonly Column<CommitEntry>[] } = {
  kept: [],
  guarded: guardColumns,
  released: releaseColumns,
};

function formOf({ effects }: CommitEntry): Form {
  if (effects === undefined) return 'kept';
  return effects.release ? 'released' : 'guarded';
}

function textOf(tables: TableNames, records: number, form: Form): string {
  const columns = [...entryColumns, ...furtherColumns[form]];
  const of = (name: string) => {
    const index = columns.findIndex((column) => column[0] === name);
    return placeholder(index, columns[index]?.[1] ?? 'text');
  };
  const rows = Array.from({ length: records }, (_, row) => {
    const first = columns.length + row * ownColumns.length;
    return `(${ownColumns.map(([, type], index) => placeholder(first + index, type)).join(', ')})`;
  });
  const release = () =>
    `, status = ${of('status')}, finished_at = ${of('finished_at')}, wake_at = ${of('wake_at')}, worker_id = NULL`;
  return `
    WITH updated AS (
      UPDATE ${tables.run} SET
        seq = ${of('after_seq')},
        head_hash = ${of('after_hash')},
        usage = coalesce(${of('usage')}, usage),
        recovery_count = CASE WHEN ${of('progress')} THEN 0 ELSE recovery_count END
        ${form === 'released' ? release() : ''}
      WHERE id = ${of('id')} AND lease_epoch = ${of('epoch')}
        AND seq = ${of('before_seq')} AND head_hash = ${of('before_hash')}
        AND worker_id IS NOT NULL AND finished_at IS NULL
        ${form === 'released' ? 'AND inbox_pending = 0' : ''}
        ${form === 'guarded' ? `AND ${of('if_switches')} = ${switchGeneration(tables)}` : ''}
      RETURNING id
    )
    INSERT INTO ${tables.record} (run_id, ${names(ownColumns)})
    SELECT id, d.* FROM updated, (VALUES ${rows.join(', ')}) AS d`;
}

function placeholder(index: number, type: string): string {
  return `$${index + 1}::${type}`;
}
