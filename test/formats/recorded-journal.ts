import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { AuditRecord, Review, Run } from '../../lib/database/index.js';
import { Journal, MemoryStore, type RunRow } from '../../lib/journal/index.js';
import type { RunRecord } from '../../lib/workflow/index.js';
import type { Host } from '../e2e/host.js';

/** Runs as a release left them, nobody holding them. */
export interface RecordedJournal {
  readonly runs: readonly { readonly row: RunRow; readonly records: readonly RunRecord[] }[];
  readonly reviews: readonly Review[];
}

export const journals = ['finished', 'waiting', 'sub-workflow'] as const;
export type JournalName = (typeof journals)[number];

function fileOf(format: number, name: JournalName): string {
  return resolve(`test/formats/format-${format}/${name}.json`);
}

/** Takes runs out of a host in memory. */
export async function record(host: Host, name: JournalName, runIds: readonly string[]): Promise<void> {
  const journal = host.t.module.get<Journal>(Journal as never, { strict: false });
  const runs = await Promise.all(
    runIds.map(async (id) => ({ row: (await journal.find(id))!, records: await journal.read(id) })),
  );
  const store = host.t.module.get(MemoryStore, { strict: false });
  const reviews = [...store.reviews.values()].filter(({ runId }) => runIds.includes(runId));
  const file = fileOf(runs[0]!.row.format, name);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify({ runs, reviews } satisfies RecordedJournal, null, 2)}\n`);
}

export function recorded(format: number, name: JournalName): RecordedJournal {
  return JSON.parse(readFileSync(fileOf(format, name), 'utf8'), reviveTime) as RecordedJournal;
}

/** Puts them into a host, as if a process of that release had stopped there. */
export async function restore(host: Host, { runs, reviews }: RecordedJournal): Promise<void> {
  if (!host.database) {
    const store = host.t.module.get(MemoryStore, { strict: false });
    for (const { row, records } of runs)
      store.insert(
        row,
        records.map((one) => ({ ...one, draft: one, json: JSON.stringify(one.payload) })),
      );
    for (const review of reviews) store.reviews.set(review.id, review);
    return;
  }
  const { manager } = host.database.dataSource;
  for (const { row, records } of runs) {
    // TypeORM's types of JSON columns go deeper than the compiler follows.
    await manager.insert(Run, row as never);
    await manager.insert(
      AuditRecord,
      records.map(({ actor, ...one }) => ({ ...one, actorKind: actor.kind, actorId: actor.id })) as never,
    );
  }
  if (reviews.length > 0) await manager.insert(Review, reviews as never);
}

/** Columns with a time; a record's own `at` stays a text. */
function reviveTime(key: string, value: unknown): unknown {
  return key.endsWith('At') && typeof value === 'string' ? new Date(value) : value;
}
