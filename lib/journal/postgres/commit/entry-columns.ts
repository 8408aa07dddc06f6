import { byteaOf, type Column } from '../../../database/index.js';
import type { CommitEntry } from './commit-entry.js';

/** What every entry brings into a statement, whichever form writes it. */
export const entryColumns = [
  ['id', 'uuid', ({ runId }) => runId],
  ['epoch', 'int', ({ epoch }) => epoch],
  ['before_seq', 'int', ({ before }) => before.seq],
  ['before_hash', 'bytea', ({ before }) => byteaOf(before.hash)],
  ['after_seq', 'int', ({ after }) => after.seq],
  ['after_hash', 'bytea', ({ after }) => byteaOf(after.hash)],
  ['usage', 'json', ({ usage }) => (usage === undefined ? null : JSON.stringify(usage))],
  ['progress', 'boolean', ({ progress }) => progress],
] as const satisfies readonly Column<CommitEntry>[];
