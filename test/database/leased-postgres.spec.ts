import { describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { leasePostgres } from './leased-postgres.js';

async function connected<T>(use: (dataSource: DataSource) => Promise<T>): Promise<T> {
  const { options, close } = await leasePostgres();
  const dataSource = await new DataSource(options).initialize();
  const result = await use(dataSource);
  await dataSource.destroy();
  await close();
  return result;
}

describe('the in-process Postgres of a Jest worker', () => {
  it('is empty again for the next one: without tables, schemas, statements, settings and an open transaction', async () => {
    await connected(async (dataSource) => {
      for (const statement of [
        'CREATE TABLE left_behind (n int)',
        'CREATE SCHEMA elsewhere',
        'CREATE TABLE elsewhere.left_behind (n int)',
        'PREPARE left_behind AS SELECT 1',
        "SET application_name = 'left behind'",
        'BEGIN',
      ])
        await dataSource.query(statement);
    });
    const found = await connected(async (dataSource) => ({
      schemas: await dataSource.query(
        "SELECT nspname FROM pg_namespace WHERE nspname IN ('public', 'elsewhere')",
      ),
      tables: await dataSource.query("SELECT relname FROM pg_class WHERE relname = 'left_behind'"),
      statements: await dataSource.query(
        "SELECT name FROM pg_prepared_statements WHERE name = 'left_behind'",
      ),
      settings: await dataSource.query("SELECT 1 FROM pg_settings WHERE setting = 'left behind'"),
    }));
    expect(found).toEqual({ schemas: [{ nspname: 'public' }], tables: [], statements: [], settings: [] });
  });

  it('is another one for somebody who comes while it is used', async () => {
    await connected(async (first) => {
      await first.query('CREATE TABLE mine (n int)');
      await connected(async (second) => {
        expect(await second.query("SELECT relname FROM pg_class WHERE relname = 'mine'")).toEqual([]);
      });
    });
  });
});
