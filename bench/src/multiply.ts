import type { Client } from 'pg';
import type { BenchDatabase } from './database.js';
import type { Storage, TableOfRuns } from './engine.js';

/**
 * Fills an engine's tables inside the database: from one finished and one waiting run that the engine writes itself,
 * by copying their rows under new ids. Through the engines it would take some of them hours.
 */
export async function multiply(
  database: BenchDatabase,
  storage: Storage,
  counts: { readonly finished: number; readonly waiting: number },
  write: (run: 'finished' | 'waiting') => Promise<unknown>,
): Promise<void> {
  await write('finished');
  const finished = await ids(database, storage);
  await write('waiting');
  const waiting = (await ids(database, storage)).filter((id) => !finished.includes(id));
  await database.within(async (client) => {
    for (const id of finished) await copy(client, storage, id, counts.finished);
    for (const id of waiting) await copy(client, storage, id, counts.waiting);
    await client.query('VACUUM ANALYZE');
  });
}

function ids(database: BenchDatabase, { runs }: Storage): Promise<string[]> {
  return database.within(async (client) => {
    const { rows } = await client.query<{ id: string }>(
      `SELECT DISTINCT ${runs.id}::text AS id FROM ${runs.table}`,
    );
    return rows.map(({ id }) => id);
  });
}

async function copy(client: Client, storage: Storage, template: string, count: number): Promise<void> {
  await client.query('DROP TABLE IF EXISTS fresh');
  await client.query(
    `CREATE TEMP TABLE fresh AS SELECT gen_random_uuid()::text AS id FROM generate_series(1, ${count})`,
  );
  for (const one of [storage.runs, ...storage.others]) await copyRows(client, one, template);
}

/** Every column as it is, but for the id: whatever columns an engine's version has. */
async function copyRows(client: Client, { table, id }: TableOfRuns, template: string): Promise<void> {
  await client.query(
    `INSERT INTO ${table}
     SELECT (jsonb_populate_record(t, jsonb_build_object('${id}', f.id))).*
     FROM ${table} t, fresh f WHERE t.${id}::text = '${template}'`,
  );
}
