import type { Provider } from '@nestjs/common';
import { getDataSourceToken } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import {
  AuditReader,
  JournalAuditReader,
  MemoryRetention,
  Retention,
  TypeOrmAuditReader,
  TypeOrmRetention,
} from '../audit/index.js';
import { Clock } from '../clock/index.js';
import { Conversations, MemoryConversations, TypeOrmConversations } from '../conversations/index.js';
import { DatabaseCheck, TypeOrmDatabaseCheck } from '../database/index.js';
import {
  BlobStore,
  FailPoints,
  Journal,
  type JournalOptions,
  MemoryBlobStore,
  MemoryJournal,
  MemoryStore,
  recordLimitFor,
  TypeOrmBlobStore,
  TypeOrmJournal,
} from '../journal/index.js';
import {
  DatabasePeers,
  DedicatedConnection,
  Leases,
  MemoryLeases,
  PeerProcesses,
  NoPeers,
  TypeOrmLeases,
  WorkerTimes,
} from '../leases/index.js';
import {
  BudgetLedger,
  KillSwitchStore,
  MemoryBudgetLedger,
  MemoryKillSwitchStore,
  MemoryOpenReviewCounts,
  MemoryWaitingRuns,
  MemoryRateBuckets,
  OpenReviewCounts,
  RateBuckets,
  TypeOrmBudgetLedger,
  TypeOrmKillSwitchStore,
  TypeOrmOpenReviewCounts,
  TypeOrmWaitingRuns,
  WaitingRuns,
  TypeOrmRateBuckets,
} from '../limits/index.js';
import {
  CHECKED_OPTIONS,
  type OrchestrationExtras,
  type OrchestrationOptions,
} from './orchestration.options.js';
import { CallCache, MemoryCallCache, TypeOrmCallCache } from '../cache/index.js';
import { MemoryPromptPins, PromptPins, TypeOrmPromptPins } from '../models/index.js';
import {
  InProcessMemories,
  KnowledgeStore,
  Memories,
  MemoryKnowledgeStore,
  TypeOrmKnowledgeStore,
  TypeOrmMemories,
} from '../context/index.js';
import { MemoryReviews, Reviews, TypeOrmReviews } from '../review/index.js';
import { Instrumentation } from '../scope/index.js';
import { PayloadLimit } from '../values/index.js';

/** The adapters behind the ports, by where runs are kept. */
export function persistenceProviders({
  persistence = 'typeorm',
  dataSource,
}: OrchestrationExtras): Provider[] {
  const adapters = persistence === 'memory' ? inMemory : inDatabase(getDataSourceToken(dataSource));
  return [journalOptions, ...adapters];
}

const JOURNAL_OPTIONS = Symbol('nestjs-nestor.journal-options');

const journalOptions: Provider = {
  provide: JOURNAL_OPTIONS,
  useFactory: (
    faults: FailPoints,
    { bytes }: PayloadLimit,
    instrumentation: Instrumentation | undefined,
  ): JournalOptions => ({ faults, recordLimit: recordLimitFor(bytes), instrumentation }),
  inject: [FailPoints, PayloadLimit, Instrumentation],
};

type Token = ReturnType<typeof getDataSourceToken>;

/** An adapter that needs nothing but the database. */
function onDatabase<Port>(
  source: Token,
  provide: abstract new (...args: never[]) => Port,
  Adapter: new (database: DataSource, clock: Clock) => Port,
): Provider {
  return {
    provide,
    useFactory: (database: DataSource, clock: Clock) => new Adapter(database, clock),
    inject: [source, Clock],
  };
}

function inDatabase(source: Token): Provider[] {
  return [
    onDatabase(source, DatabaseCheck, TypeOrmDatabaseCheck),
    onDatabase(source, AuditReader, TypeOrmAuditReader),
    onDatabase(source, Retention, TypeOrmRetention),
    {
      provide: Journal,
      useFactory: (database: DataSource, clock: Clock, options: JournalOptions) =>
        new TypeOrmJournal(database, clock, options),
      inject: [source, Clock, JOURNAL_OPTIONS],
    },
    onDatabase(source, BlobStore, TypeOrmBlobStore),
    {
      provide: Leases,
      useFactory: (
        database: DataSource,
        clock: Clock,
        faults: FailPoints,
        connection: DedicatedConnection,
        { timeout: heartbeatTimeout }: WorkerTimes,
      ) => new TypeOrmLeases(database, clock, { faults, connection, heartbeatTimeout }),
      inject: [source, Clock, FailPoints, DedicatedConnection, WorkerTimes],
    },
    {
      provide: DedicatedConnection,
      useFactory: (database: DataSource, { dedicatedConnection }: OrchestrationOptions) =>
        new DedicatedConnection(database, { enabled: dedicatedConnection ?? true }),
      inject: [source, CHECKED_OPTIONS],
    },
    {
      provide: PeerProcesses,
      useFactory: (connection: DedicatedConnection) => new DatabasePeers(connection),
      inject: [DedicatedConnection],
    },
    onDatabase(source, Reviews, TypeOrmReviews),
    {
      provide: BudgetLedger,
      useFactory: (database: DataSource, clock: Clock, { timeout }: WorkerTimes) =>
        new TypeOrmBudgetLedger(database, clock, timeout),
      inject: [source, Clock, WorkerTimes],
    },
    onDatabase(source, RateBuckets, TypeOrmRateBuckets),
    onDatabase(source, OpenReviewCounts, TypeOrmOpenReviewCounts),
    onDatabase(source, WaitingRuns, TypeOrmWaitingRuns),
    onDatabase(source, KillSwitchStore, TypeOrmKillSwitchStore),
    onDatabase(source, KnowledgeStore, TypeOrmKnowledgeStore),
    onDatabase(source, Memories, TypeOrmMemories),
    onDatabase(source, PromptPins, TypeOrmPromptPins),
    onDatabase(source, CallCache, TypeOrmCallCache),
    onDatabase(source, Conversations, TypeOrmConversations),
  ];
}

const inMemory: Provider[] = [
  MemoryStore,
  {
    provide: Retention,
    useFactory: (store: MemoryStore) => new MemoryRetention(store),
    inject: [MemoryStore],
  },
  { provide: PeerProcesses, useClass: NoPeers },
  {
    provide: AuditReader,
    useFactory: (journal: Journal) => new JournalAuditReader(journal),
    inject: [Journal],
  },
  {
    provide: Journal,
    useFactory: (store: MemoryStore, clock: Clock, options: JournalOptions) =>
      new MemoryJournal(store, clock, options),
    inject: [MemoryStore, Clock, JOURNAL_OPTIONS],
  },
  {
    provide: BlobStore,
    useFactory: (store: MemoryStore) => new MemoryBlobStore(store),
    inject: [MemoryStore],
  },
  {
    provide: Leases,
    useFactory: (store: MemoryStore, clock: Clock, faults: FailPoints) =>
      new MemoryLeases(store, clock, { faults }),
    inject: [MemoryStore, Clock, FailPoints],
  },
  {
    provide: BudgetLedger,
    useFactory: (store: MemoryStore) => new MemoryBudgetLedger(store),
    inject: [MemoryStore],
  },
  {
    provide: RateBuckets,
    useFactory: (store: MemoryStore, clock: Clock) => new MemoryRateBuckets(store, clock),
    inject: [MemoryStore, Clock],
  },
  {
    provide: OpenReviewCounts,
    useFactory: (store: MemoryStore) => new MemoryOpenReviewCounts(store),
    inject: [MemoryStore],
  },
  {
    provide: WaitingRuns,
    useFactory: (store: MemoryStore, clock: Clock) => new MemoryWaitingRuns(store, clock),
    inject: [MemoryStore, Clock],
  },
  {
    provide: KillSwitchStore,
    useFactory: (store: MemoryStore) => new MemoryKillSwitchStore(store),
    inject: [MemoryStore],
  },
  {
    provide: KnowledgeStore,
    useFactory: (store: MemoryStore, clock: Clock) => new MemoryKnowledgeStore(store, clock),
    inject: [MemoryStore, Clock],
  },
  {
    provide: CallCache,
    useFactory: (store: MemoryStore, clock: Clock) => new MemoryCallCache(store, clock),
    inject: [MemoryStore, Clock],
  },
  {
    provide: PromptPins,
    useFactory: (store: MemoryStore, clock: Clock) => new MemoryPromptPins(store, clock),
    inject: [MemoryStore, Clock],
  },
  {
    provide: Memories,
    useFactory: (store: MemoryStore, clock: Clock) => new InProcessMemories(store, clock),
    inject: [MemoryStore, Clock],
  },
  {
    provide: Conversations,
    useFactory: (store: MemoryStore, clock: Clock) => new MemoryConversations(store, clock),
    inject: [MemoryStore, Clock],
  },
  {
    provide: Reviews,
    useFactory: (store: MemoryStore, clock: Clock) => new MemoryReviews(store, clock),
    inject: [MemoryStore, Clock],
  },
];
