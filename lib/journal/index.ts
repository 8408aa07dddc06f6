export { isProgress } from './append-rules.js';
export { chainRecords, emptyHead, hashOfRecord, type Head, type StoredRecord } from './chain.js';
export { type FailPoint, FailPoints, NoFailPoints } from './fail-points.js';
export { ReplaceableFailPoints } from './replaceable-fail-points.js';
export type { InboxBody, InboxMessage, PostedMessage } from './inbox-message.js';
export {
  type Append,
  type Appended,
  type Created,
  type CommitEffects,
  type OpenedRun,
  Journal,
  type NewRun,
  type Page,
  type ReviewChange,
  type RunFilter,
  type RunRow,
} from './journal.js';
export type { JournalOptions } from './journal-options.js';
export { MemoryJournal } from './memory-journal.js';
export { type MemoryRun, MemoryStore, rowOf } from './memory-store.js';
export { hashOfPayload, recordLimitFor } from './hashed-draft.js';
export {
  recordSelection,
  runOf,
  runSelection,
  type StoredRecordRow,
  storedRecordOf,
  type StoredRun,
} from './columns.js';
export { nowPlus } from './commit-statement.js';
export { TypeOrmJournal } from './typeorm-journal.js';
export { type ChainProblem, verifyChain } from './verify-chain.js';
export { readRunFilter } from './run-page.js';
