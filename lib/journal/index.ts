export { type Blob, BlobStore } from './blobs/blob-store.js';
export { MemoryBlobStore } from './blobs/memory-blob-store.js';
export { TypeOrmBlobStore } from './blobs/typeorm-blob-store.js';
export { isProgress } from './append-rules.js';
export { chainRecords, emptyHead, hashOfRecord, type Head, type StoredRecord } from './chain/chain.js';
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
  type RecordEffects,
  type ReviewChange,
  type RunFilter,
  type RunRow,
} from './journal.js';
export type { JournalOptions } from './journal-options.js';
export { accountIn, type MemoryAccount, settleIn } from './memory/memory-accounts.js';
export { type AccountKey, accountKey, type Settlement } from './settlement.js';
export { writeToConversation } from './memory/memory-conversations.js';
export { MemoryJournal } from './memory/memory-journal.js';
export {
  type MemoryConversation,
  type MemoryRun,
  type MemoryWorker,
  MemoryStore,
  rowOf,
} from './memory/memory-store.js';
export { hashOfPayload, recordLimitFor } from './chain/hashed-draft.js';
export {
  recordSelection,
  runOf,
  runSelection,
  type StoredRecordRow,
  storedRecordOf,
  type StoredRun,
} from './postgres/columns.js';
export { TypeOrmJournal } from './postgres/typeorm-journal.js';
export { type ChainProblem, verifyChain } from './chain/verify-chain.js';
export { readRunFilter, runPageSize } from './run-page.js';
export { shapedBySql } from './postgres/shaped-by.js';
export { visibleRuns } from './postgres/visible-runs.js';
