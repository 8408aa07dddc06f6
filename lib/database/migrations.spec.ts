import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DataSource, type DataSourceOptions, type MigrationInterface, type QueryRunner } from 'typeorm';
import { openTestDatabase, type TestDatabase } from '../../test/database/test-database.js';
import { migrate, orchestrationMigrations } from './index.js';

class OfTheHost implements MigrationInterface {
  readonly name = 'OfTheHost1894200000001';
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE TABLE host_table (id int)');
  }
  async down(): Promise<void> {}
}

describe('migrations run with every data source that a host may have', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await openTestDatabase();
  });
  afterAll(() => database.close());

  async function schemasOf(prefix: string): Promise<string[]> {
    const rows = await database.dataSource.query<{ name: string }[]>(
      `SELECT DISTINCT schemaname::text AS name FROM pg_tables WHERE tablename LIKE $1 ORDER BY 1`,
      [`${prefix}%`],
    );
    return rows.map(({ name }) => name);
  }

  async function withOptions(options: object, work: (dataSource: DataSource) => Promise<void>) {
    const dataSource = new DataSource({ ...database.options, ...options } as DataSourceOptions);
    await dataSource.initialize();
    try {
      await work(dataSource);
    } finally {
      await dataSource.destroy();
    }
  }

  async function startAfresh() {
    for (const schema of ['public', 'flows'])
      await database.dataSource.query(`DROP SCHEMA IF EXISTS ${schema} CASCADE`);
    for (const schema of ['public', 'flows']) await database.dataSource.query(`CREATE SCHEMA ${schema}`);
  }

  it('through a pool of one connection', async () => {
    await startAfresh();
    await withOptions({ schema: 'flows', extra: { max: 1 } }, async (dataSource) => {
      await migrate(dataSource);
      expect(await schemasOf('orchestration')).toEqual(['flows']);
    });
  });

  it.each(['all', 'each', 'none'] as const)(
    "into its schema, with migrationsTransactionMode '%s', and leave the host's own alone",
    async (migrationsTransactionMode) => {
      await startAfresh();
      const migrations = [...orchestrationMigrations, OfTheHost];
      await withOptions({ schema: 'flows', migrationsTransactionMode, migrations }, async (dataSource) => {
        await migrate(dataSource);
        expect(await schemasOf('orchestration')).toEqual(['flows']);
        // Where unqualified names of the host have always gone.
        expect(await schemasOf('host_table')).toEqual(['public']);
        expect((await dataSource.driver.createSchemaBuilder().log()).upQueries).toEqual([]);
        await dataSource.undoLastMigration();
        for (const _ of orchestrationMigrations) await dataSource.undoLastMigration();
        expect(await schemasOf('orchestration')).toEqual([]);
      });
    },
  );

  it.each(['flows', undefined])(
    'though it has no entities: of the command line (schema: %p)',
    async (schema) => {
      await startAfresh();
      const where = schema === undefined ? {} : { schema };
      await withOptions({ ...where, entities: [] }, (dataSource) => migrate(dataSource));
      expect(await schemasOf('orchestration')).toEqual([schema ?? 'public']);
      await withOptions(where, async (dataSource) => {
        expect(await dataSource.showMigrations()).toBe(false);
        expect((await dataSource.driver.createSchemaBuilder().log()).upQueries).toEqual([]);
      });
    },
  );
});
