import type { MigrationInterface } from 'typeorm';
import { CreateTables } from './1794200000001-create-tables.js';
import { ProtectRecords } from './1794200000002-protect-records.js';
import { CreateStepExecution } from './1794200000003-create-step-execution.js';
import { KeepForLong } from './1794200000004-keep-for-long.js';
import { CreateConversations } from './1794200000005-create-conversations.js';
import { AddShapedBy } from './1794200000006-add-shaped-by.js';
import { CreateLimits } from './1794200000007-create-limits.js';
import { CreateBudgets } from './1794200000008-create-budgets.js';
import { CreateBuckets } from './1794200000009-create-buckets.js';
import { CreateBudgetRaises } from './1794200000011-create-budget-raises.js';
import { CreateKnowledge } from './context/1794200000012-create-knowledge.js';
import { CreateContext } from './context/1794200000013-create-context.js';
import { AddAbout } from './context/1794200000014-add-about.js';
import { IndexDocuments } from './context/1794200000015-index-documents.js';
import { ReviewWork } from './1794200000010-review-work.js';

/** Every migration of Nestor, for the `migrations` of the host's data source. */
export const orchestrationMigrations: readonly (new () => MigrationInterface)[] = [
  CreateTables,
  ProtectRecords,
  CreateStepExecution,
  KeepForLong,
  CreateConversations,
  AddShapedBy,
  CreateLimits,
  CreateBudgets,
  CreateBuckets,
  ReviewWork,
  CreateBudgetRaises,
  CreateKnowledge,
  CreateContext,
  AddAbout,
  IndexDocuments,
];
