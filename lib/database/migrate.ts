import type { DataSource } from 'typeorm';
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
  const runner = dataSource.createQueryRunner();
  await runner.connect();
  try {
    await runner.query('SELECT pg_advisory_lock($1)', [migrationLock]);
    try {
      await dataSource.runMigrations();
    } finally {
      await runner.query('SELECT pg_advisory_unlock($1)', [migrationLock]);
    }
  } finally {
    await runner.release();
  }
}
