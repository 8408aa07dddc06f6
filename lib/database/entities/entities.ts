import { AuditRecord } from './audit-record.entity.js';
import { BlobRow } from './blob.entity.js';
import { BucketRow } from './limits/bucket.entity.js';
import { BudgetRaiseRow, BudgetRow, HoldRow, LedgerRow, SettledRow } from './limits/budget-rows.entity.js';
import { CacheEntryRow } from './cache-entry.entity.js';
import { ConversationRow } from './conversation.entity.js';
import { ChunkVectorRow } from './knowledge/chunk-vector.entity.js';
import { ChunkRow } from './knowledge/chunk.entity.js';
import { DocumentRow } from './knowledge/document.entity.js';
import { ExpiredRun } from './expired-run.entity.js';
import { InboxEntry } from './inbox-entry.entity.js';
import { KillSwitchChangeRow } from './limits/kill-switch-change.entity.js';
import { LimitRow } from './limits/limit.entity.js';
import { MemoryRow } from './memory.entity.js';
import { MessageRow } from './message.entity.js';
import { PromptPinRow } from './prompt-pin.entity.js';
import { Review } from './review.entity.js';
import { Run } from './run.entity.js';
import { StepExecution } from './step-execution.entity.js';
import { WorkerRow } from './worker-row.entity.js';

/** Every table and view of Nestor, for the `entities` of the host's data source. */
export const orchestrationEntities: readonly (new () => object)[] = [
  Run,
  AuditRecord,
  Review,
  InboxEntry,
  BlobRow,
  ConversationRow,
  MessageRow,
  WorkerRow,
  LimitRow,
  KillSwitchChangeRow,
  BudgetRow,
  HoldRow,
  SettledRow,
  LedgerRow,
  BudgetRaiseRow,
  BucketRow,
  DocumentRow,
  ChunkRow,
  ChunkVectorRow,
  MemoryRow,
  PromptPinRow,
  CacheEntryRow,
  ExpiredRun,
  StepExecution,
];
