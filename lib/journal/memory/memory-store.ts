import type { ConversationRow, MessageRow, Review } from '../../database/index.js';
import type { MemoryAccounts } from './memory-accounts.js';
import type { ChainedDraft } from '../chain/chain.js';
import type { InboxMessage } from '../inbox-message.js';
import type { JsonValue } from '../../values/index.js';
import type { RunRow } from '../journal.js';
import { shaperBy } from '../shapers.js';

/** One run in memory: what the database holds in a row and the rows of other tables that belong to it. */
export interface MemoryRun {
  /** Changed in place: what is handed out is a copy. */
  readonly row: { -readonly [Column in keyof RunRow]: RunRow[Column] };
  /** Made when they are read: most of them never are. */
  readonly records: ChainedDraft[];
  /** By name of a limit that it waits for: the generation of the limit that has stopped it. */
  waitsFor?: Readonly<Record<string, number>> | undefined;
  inbox: InboxMessage[];
}

/** A conversation where there is no database. */
export interface MemoryConversation {
  /** Changed in place: what is handed out is a copy. */
  readonly row: ConversationRow;
  messages: readonly MessageRow[];
}

/** A registered worker. Times in milliseconds of the clock. */
export interface MemoryWorker {
  readonly startedAt: number;
  heartbeatAt: number;
  inFlight: JsonValue;
}

/** A limit that holds for many runs. */
export interface MemoryLimit {
  readonly generation: number;
  readonly value: unknown;
}

/** What takes the place of the database where there is none. Nothing in it is asynchronous, so every change is atomic. */
export class MemoryStore {
  readonly runs = new Map<string, MemoryRun>();
  /** Those that have not ended, or that a worker holds: what a sweep has to look at. */
  readonly active = new Set<MemoryRun>();
  readonly reviews = new Map<string, Review>();
  /** By run and hash. */
  readonly blobs = new Map<string, Map<string, Uint8Array>>();
  /** By key. */
  readonly conversations = new Map<string, MemoryConversation>();
  /** By worker id. */
  readonly workers = new Map<string, MemoryWorker>();
  /** By name. */
  readonly limits = new Map<string, MemoryLimit>();
  /** Of budgets that many runs share. */
  readonly accounts: MemoryAccounts = new Map();
  /** Buckets of rate limits, by key. */
  readonly buckets = new Map<string, { readonly level: number; readonly at: number }>();
  /** What was added to budgets, by owner, the newest first. */
  readonly budgetRaises = new Map<string, readonly { readonly id: string }[]>();
  /** Documents of knowledge bases, by what tells them apart. */
  readonly documents = new Map<string, object>();
  /** What is remembered between runs, by id. */
  readonly memories = new Map<string, object>();
  /** Results that are given again, by key. */
  readonly cached = new Map<string, object>();
  /** What was done to pins of prompts, the oldest first. */
  readonly promptPins: object[] = [];
  /** What was done to the kill switch, the oldest first. */
  readonly switchChanges: object[] = [];

  /** What a process before this one has left. */
  takeOver(store: MemoryStore): void {
    const { runs, active, reviews, blobs, conversations, workers, limits, accounts, buckets } = store;
    for (const [id, run] of runs) this.runs.set(id, run);
    for (const run of active) this.active.add(run);
    for (const [id, review] of reviews) this.reviews.set(id, review);
    for (const [runId, ofRun] of blobs) this.blobs.set(runId, ofRun);
    for (const [key, conversation] of conversations) this.conversations.set(key, conversation);
    for (const [id, worker] of workers) this.workers.set(id, worker);
    for (const [name, limit] of limits) this.limits.set(name, limit);
    for (const [key, account] of accounts) this.accounts.set(key, account);
    for (const [key, bucket] of buckets) this.buckets.set(key, bucket);
    for (const [owner, raises] of store.budgetRaises) this.budgetRaises.set(owner, raises);
    for (const [key, document] of store.documents) this.documents.set(key, document);
    for (const [id, memory] of store.memories) this.memories.set(id, memory);
    for (const [key, entry] of store.cached) this.cached.set(key, entry);
    this.promptPins.push(...store.promptPins);
    this.switchChanges.push(...store.switchChanges);
  }

  insert(row: RunRow, records: readonly ChainedDraft[]): void {
    const run: MemoryRun = { row: { ...row }, records: [...records], inbox: [] };
    this.runs.set(row.id, run);
    this.update(run, {});
  }

  /** Changes columns of a run's row. */
  update(run: MemoryRun, change: Partial<RunRow>): void {
    Object.assign(run.row, change);
    if (run.row.finishedAt === null || run.row.workerId !== null) this.active.add(run);
    else this.active.delete(run);
  }

  /** These people have shaped a run. */
  shape(run: MemoryRun, people: readonly string[]): void {
    this.update(run, { shapedBy: [...new Set([...run.row.shapedBy, ...people])] });
  }

  /** Leaves a message, and makes the run due. False if there is no such run. */
  post(message: InboxMessage, now: number): boolean {
    const run = this.runs.get(message.runId);
    if (!run) return false;
    const shaper = shaperBy(message);
    if (shaper !== undefined) this.shape(run, [shaper]);
    if (run.inbox.some(({ id }) => id === message.id)) return true;
    run.inbox.push(structuredClone(message));
    this.update(run, {
      inboxPending: run.inbox.length,
      ...(run.row.finishedAt === null ? { wakeAt: new Date(now) } : {}),
    });
    return true;
  }
}

/** The columns as they are now, whatever happens to the run meanwhile. */
export function rowOf({ row }: { readonly row: RunRow }): RunRow {
  return { ...row };
}
