import { describe, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { migrate, orchestrationEntities, orchestrationMigrations } from '../../lib/database/index.js';
import { leasePostgres } from './leased-postgres.js';

export interface TestDatabase {
  /** Connected and migrated. */
  readonly dataSource: DataSource;
  /** For further data sources on the same database: what other processes would open. */
  readonly options: DataSourceOptions;
  /** Of the PostgreSQL server; absent on the in-process Postgres. */
  readonly url?: string;
  close(): Promise<void>;
}

/** Whether `DATABASE_URL` names a PostgreSQL server; else tests run on the in-process Postgres. */
export const onServer = process.env['DATABASE_URL'] !== undefined;

/**
 * What only a server shows: several processes, lost connections, locks. Without one it is left out and named at the end,
 * and `.ci/run`, which has one, fails if it was.
 */
export const describeOnServer: typeof describe.skip = onServer ? describe : describe.skip;
export const itOnServer: typeof it.skip = onServer ? it : it.skip;

/** A database of its own: a new one on the server that `DATABASE_URL` names, else an in-process one. */
export async function openTestDatabase(
  overrides: Partial<DataSourceOptions> = {},
  server = process.env['DATABASE_URL'],
): Promise<TestDatabase> {
  const fresh = server === undefined ? undefined : await createDatabase(server);
  const leased = fresh ? undefined : await leasePostgres();
  const options = {
    ...(leased ? leased.options : { type: 'postgres', url: fresh?.url }),
    entities: [...orchestrationEntities],
    migrations: [...orchestrationMigrations],
    ...overrides,
  } as DataSourceOptions;
  const dataSource = await new DataSource(options).initialize();
  await migrate(dataSource);
  return {
    dataSource,
    options,
    ...(fresh ? { url: fresh.url } : {}),
    close: async () => {
      if (dataSource.isInitialized) await dataSource.destroy();
      await fresh?.drop();
      await leased?.close();
    },
  };
}

async function createDatabase(server: string) {
  const name = `nestor_test_${process.pid}_${randomBytes(4).toString('hex')}`;
  await onServerRun(server, `CREATE DATABASE ${name}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return {
    url: url.toString(),
    drop: () => onServerRun(server, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`),
  };
}

async function onServerRun(server: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: server });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
