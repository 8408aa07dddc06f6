import { hexOf, Parameters, type Statement, type TableNames } from '../../../database/index.js';
import type { CommitEntry } from './commit-entry.js';
import { switchGeneration } from './commit-statement.js';
import type { Appended } from '../../journal.js';

/** The state of a run whose entry was not written. */
export interface RunRowState {
  readonly id: string;
  readonly lease_epoch: number;
  readonly held: boolean;
  readonly seq: number;
  readonly head_hash: Buffer;
  readonly inbox_pending: number;
  readonly finished: boolean;
  /** Generation of the kill switch. */
  readonly switches: string;
  /** Hash of the record with the number that the entry's last one would have. */
  readonly written: Buffer | null;
}

/** Asks how the runs stand whose entries were not written. Locks nothing. */
export function rowStateStatement(tables: TableNames, entries: readonly CommitEntry[]): Statement {
  const parameters = new Parameters();
  const rows = parameters.unnest(entries, [
    ['id', 'uuid', ({ runId }) => runId],
    ['seq', 'int', ({ after }) => after.seq],
  ]);
  return {
    name: 'nestor_standing',
    text: `
      SELECT r.id, r.lease_epoch, r.worker_id IS NOT NULL AS held, r.seq, r.head_hash, r.inbox_pending,
        r.finished_at IS NOT NULL AS finished, ${switchGeneration(tables)} AS switches, a.hash AS written
      FROM ${rows} AS e (id, seq)
        JOIN ${tables.run} r ON r.id = e.id
        LEFT JOIN ${tables.record} a ON a.run_id = e.id AND a.seq = e.seq`,
    values: parameters.values,
  };
}

/**
 * Why an entry was not written. `locked`: nothing speaks against it, somebody only had the row.
 * `ok`: it was written after all, and the answer was lost; the salt in each hash makes a mistake impossible.
 */
export function diagnose(entry: CommitEntry, state: RunRowState | undefined): Appended | 'locked' {
  if (!state) return 'fenced';
  const { before, after, records, effects } = entry;
  if (records.length > 0 && state.written && hexOf(state.written) === after.hash) return 'ok';
  if (state.lease_epoch !== entry.epoch) return 'fenced';
  if (state.seq !== before.seq || hexOf(state.head_hash) !== before.hash) return 'fenced';
  if (!state.held) return records.length === 0 && effects?.release ? 'ok' : 'fenced';
  if (state.finished && !entry.mayFollowTheEnd) return 'fenced';
  if (effects?.release && state.inbox_pending > (effects.consumed?.length ?? 0)) return 'inbox-not-empty';
  if (effects?.ifSwitches !== undefined && effects.ifSwitches !== Number(state.switches)) return 'switched';
  return 'locked';
}
