import { type AuditReader, JournalAuditReader, TypeOrmAuditReader } from '../../lib/audit/index.js';
import { type Journal, MemoryJournal, MemoryStore, TypeOrmJournal } from '../../lib/journal/index.js';
import { type Leases, MemoryLeases, TypeOrmLeases } from '../../lib/leases/index.js';
import type { RunRecord } from '../../lib/workflow/index.js';
import { MovedClock } from '../conformance/moved-clock.js';
import { onServer, openTestDatabase } from '../database/test-database.js';

/** A journal that somebody with all rights can tamper with. */
export interface AuditStorage {
  readonly journal: Journal;
  readonly leases: Leases;
  readonly reader: AuditReader;
  /** Rewrites the records of a run: what comes out of `change` is what is there afterwards. */
  tamper(runId: string, change: (records: readonly RunRecord[]) => readonly RunRecord[]): Promise<void>;
  close(): Promise<void>;
}

export const storages: Readonly<Record<string, () => Promise<AuditStorage>>> = {
  'in memory': async () => inMemory(),
  [onServer ? 'on a PostgreSQL server' : 'on the in-process Postgres']: inDatabase,
};

function inMemory(): AuditStorage {
  const store = new MemoryStore();
  const clock = new MovedClock();
  const journal = new MemoryJournal(store, clock);
  return {
    journal,
    leases: new MemoryLeases(store, clock),
    reader: new JournalAuditReader(journal),
    tamper: async (runId, change) => {
      const run = store.runs.get(runId)!;
      const records = change(await journal.read(runId)).map((record) => {
        const { runId: id, seq, salt, payloadHash, hash, at, payload } = record;
        return { draft: record, json: JSON.stringify(payload), runId: id, seq, salt, payloadHash, hash, at };
      });
      store.runs.set(runId, { ...run, records });
    },
    close: async () => undefined,
  };
}

async function inDatabase(): Promise<AuditStorage> {
  const { dataSource, close } = await openTestDatabase(onServer ? {} : { poolSize: 1 });
  const clock = new MovedClock();
  const journal = new TypeOrmJournal(dataSource, clock);
  /** The trigger is for everybody but a superuser who means it. */
  const withoutTriggers = (statements: readonly (readonly [string, readonly unknown[]])[]) =>
    dataSource.transaction(async (manager) => {
      await manager.query('SET LOCAL session_replication_role = replica');
      for (const [text, values] of statements) await manager.query(text, [...values]);
    });
  const insert = `INSERT INTO orchestration_audit_record
    (run_id, seq, type, step, iteration, item, attempt, call, actor_kind, actor_id, at, payload, salt, payload_hash, hash)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, decode($14, 'hex'), decode($15, 'hex'))`;
  return {
    journal,
    leases: new TypeOrmLeases(dataSource, clock, { singleProcess: !onServer }),
    reader: new TypeOrmAuditReader(dataSource, clock),
    tamper: async (runId, change) => {
      const records = change(await journal.read(runId));
      await withoutTriggers([
        ['DELETE FROM orchestration_audit_record WHERE run_id = $1', [runId]],
        ...records.map(
          (record) =>
            [
              insert,
              [
                runId,
                record.seq,
                record.type,
                record.step ?? null,
                record.iteration ?? null,
                record.item ?? null,
                record.attempt ?? null,
                record.call ?? null,
                record.actor.kind,
                record.actor.id,
                record.at,
                JSON.stringify(record.payload),
                record.salt,
                record.payloadHash,
                record.hash,
              ],
            ] as const,
        ),
      ]);
    },
    close,
  };
}
