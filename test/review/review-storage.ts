import type { ObjectLiteral } from 'typeorm';
import type { Clock } from '../../lib/clock/index.js';
import { InboxEntry, Review, Run } from '../../lib/database/index.js';
import { MemoryStore, type PostedMessage, type RunRow } from '../../lib/journal/index.js';
import { MemoryReviews, type Reviews, TypeOrmReviews } from '../../lib/review/index.js';
import { hashOf, newId, noUsage } from '../../lib/values/index.js';
import { onServer, openTestDatabase } from '../database/test-database.js';

/** What a review is on, in either kind of storage. */
export interface ReviewStorage {
  reviews(clock: Clock): Reviews;
  /** A waiting run with an open review, as the journal leaves them. */
  open(more?: Partial<Review>): Promise<Review>;
  /** The review's proposal, gone on the way of somebody who has read it before. */
  change(id: string, columns: Partial<Review>): Promise<void>;
  inboxOf(runId: string): Promise<Pick<PostedMessage, 'actor' | 'body'>[]>;
  runOf(runId: string): Promise<Pick<RunRow, 'inboxPending' | 'wakeAt'>>;
  /** These people have come to shape the run. */
  shape(runId: string, people: readonly string[]): Promise<void>;
  finish(runId: string): Promise<void>;
  clear(): Promise<void>;
  close(): Promise<void>;
}

export const storages: Readonly<Record<string, () => Promise<ReviewStorage>>> = {
  'in memory': async () => inMemory(),
  [onServer ? 'on a PostgreSQL server' : 'on the in-process Postgres']: inDatabase,
};

function inMemory(): ReviewStorage {
  const store = new MemoryStore();
  const runOf = (id: string) => store.runs.get(id)!;
  return {
    reviews: (clock) => new MemoryReviews(store, clock),
    open: async (more) => {
      const { run, review } = rows(more);
      store.insert(run, []);
      store.reviews.set(review.id, review);
      return review;
    },
    change: async (id, columns) => void store.reviews.set(id, { ...store.reviews.get(id)!, ...columns }),
    inboxOf: async (runId) => runOf(runId).inbox,
    runOf: async (runId) => runOf(runId).row,
    shape: async (runId, people) => store.shape(runOf(runId), people),
    finish: async (runId) => store.update(runOf(runId), { finishedAt: new Date() }),
    clear: async () => store.reviews.clear(),
    close: async () => undefined,
  };
}

async function inDatabase(): Promise<ReviewStorage> {
  const database = await openTestDatabase(onServer ? {} : { poolSize: 1 });
  const { manager } = database.dataSource;
  return {
    reviews: (clock) => new TypeOrmReviews(database.dataSource, clock),
    open: async (more) => {
      const { run, review } = rows(more);
      // without the entity's type: TypeORM's deep types don't end on JSON
      await manager.getRepository<ObjectLiteral>(Run).insert(run);
      await manager.getRepository<ObjectLiteral>(Review).insert(review);
      return manager.findOneByOrFail(Review, { id: review.id });
    },
    change: async (id, columns) => void (await manager.save(Review, { id, ...columns })),
    inboxOf: async (runId) => {
      const entries = await manager.find(InboxEntry, { where: { runId }, order: { position: 'ASC' } });
      return entries.map(({ actorKind, actorId, body }) => ({
        actor: { kind: actorKind, id: actorId },
        // what a message is written from
        body: body as unknown as PostedMessage['body'],
      }));
    },
    runOf: (id) => manager.findOneByOrFail(Run, { id }),
    shape: async (id, people) => {
      const { shapedBy } = await manager.findOneByOrFail(Run, { id });
      await manager.update(Run, id, { shapedBy: [...shapedBy, ...people] });
    },
    finish: async (id) => void (await manager.update(Run, id, { finishedAt: new Date() })),
    clear: () => manager.clear(Review),
    close: () => database.close(),
  };
}

function rows(more: Partial<Review> = {}): { readonly run: RunRow; readonly review: Review } {
  const runId = newId();
  const createdAt = new Date();
  const proposed = { text: 'Dear customer' };
  const { startedBy = 'customer', tenant = null } = more;
  const shapedBy = startedBy === null ? [] : [startedBy];
  return {
    run: {
      id: runId,
      workflow: 'support-ticket',
      version: '1',
      definitionHash: 'd',
      format: 1,
      status: 'waiting',
      seq: 3,
      headHash: 'h',
      workerId: null,
      leaseEpoch: 1,
      inboxPending: 0,
      recoveryCount: 0,
      wakeAt: null,
      priority: 0,
      principal: startedBy === null ? null : { id: startedBy, roles: [] },
      tenant,
      shapedBy,
      tags: [],
      correlationId: null,
      idempotencyKey: null,
      inputHash: 'i',
      parentRunId: null,
      usage: noUsage,
      createdAt,
      finishedAt: null,
    },
    review: {
      id: newId(),
      runId,
      workflow: 'support-ticket',
      tenant: null,
      startedBy,
      shapedBy,
      step: 'draft',
      iteration: 0,
      item: null,
      attempt: 1,
      call: null,
      subject: null,
      stage: 'after',
      kind: 'output',
      status: 'open',
      proposed,
      proposedHash: hashOf(proposed),
      cause: null,
      title: null,
      instructions: null,
      roles: ['support-lead'],
      users: [],
      quorum: 1,
      separationOfDuties: true,
      choices: ['approve', 'edit', 'reject', 'answer'],
      form: null,
      expiresAt: null,
      onTimeout: 'reject',
      escalation: [],
      guardrail: null,
      remindEvery: null,
      remindAt: null,
      claimedBy: null,
      claimedUntil: null,
      decisions: [],
      comments: [],
      choice: null,
      reason: null,
      value: null,
      decidedBy: null,
      decidedAt: null,
      createdAt,
      version: 1,
      ...more,
    },
  };
}
