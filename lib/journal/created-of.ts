import { hexOf } from '../database/index.js';
import type { ExistingRun } from './postgres/create-statement.js';
import type { Created } from './journal.js';
import { heldRunOf, type PreparedRun } from './new-run.js';

/**
 * What became of a run that was to be inserted.
 * @param left whether the statement left it out, since its id or its key was there before
 */
export function createdOf(run: PreparedRun, left: boolean, existing: readonly ExistingRun[]): Created {
  const { row, records } = run;
  const held = row.workerId === null ? {} : { held: heldRunOf(run) };
  if (!left) return { outcome: 'created', runId: row.id, ...held };
  const found = existing.find(({ wanted }) => wanted === row.id);
  if (!found) throw new Error(`Run ${row.id} was neither inserted nor found: it was deleted in between`);
  if (found.id === row.id && found.hash && hexOf(found.hash) === records[0]?.hash) {
    const isOurs = found.worker_id === row.workerId && found.lease_epoch === row.leaseEpoch;
    return { outcome: 'created', runId: row.id, ...(isOurs ? held : {}) };
  }
  return { outcome: 'existing', runId: found.id, sameInput: hexOf(found.input_hash) === row.inputHash };
}
