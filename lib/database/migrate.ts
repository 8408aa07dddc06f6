import { DataSource, type DataSourceOptions } from 'typeorm';
import { isSingleProcess } from './single-process.js';

/** Any number will do, as long as every instance uses the same one. */
const migrationLock = 7_305_461_901;

/**
 * Runs the data source's pending migrations. Instances that start at the same time wait for each other:
 * `runMigrations()` alone takes no lock, and two of them at once fail.
 */
export async function migrate(dataSource: DataSource): Promise<void> {
  if (await isSingleProcess(dataSource)) {
    await dataSource.runMigrations();
    return;
  }
  // Beside the pool, which may have one connection only.
  const lock = await new DataSource(forLock(dataSource.options)).initialize();
  try {
    // A lock of a transaction: a pooler in transaction mode would have the end of a session's lock go to another session.
    await lock.transaction(async (manager) => {
      await manager.query('SET LOCAL idle_in_transaction_session_timeout = 0');
      await manager.query('SELECT pg_advisory_xact_lock($1)', [migrationLock]);
      await dataSource.runMigrations();
    });
  } finally {
    await lock.destroy();
  }
}

/** The same database, and nothing of what a data source does when it is made. */
function forLock(options: DataSourceOptions): DataSourceOptions {
  return {
    ...options,
    entities: [],
    migrations: [],
    subscribers: [],
    cache: false,
    dropSchema: false,
    synchronize: false,
    migrationsRun: false,
  } as DataSourceOptions;
}
