import type { QueryRunner } from 'typeorm';

/**
 * Has a migration's unqualified names mean the data source's schema, if it has one. All of it happens in one transaction,
 * also with `migrationsTransactionMode: 'none'`; the migrations of others that follow in it find the path as it was.
 */
export async function inSchema(runner: QueryRunner, work: () => Promise<void>): Promise<void> {
  const isOwn = !runner.isTransactionActive;
  if (isOwn) await runner.startTransaction();
  try {
    await onPath(runner, work);
    if (isOwn) await runner.commitTransaction();
  } catch (error) {
    if (isOwn) await runner.rollbackTransaction();
    throw error;
  }
}

async function onPath(runner: QueryRunner, work: () => Promise<void>): Promise<void> {
  const schema = schemaOf(runner);
  if (!schema) return work();
  // The driver's type of a query's rows is `any`.
  const rows = (await runner.query(
    `SELECT current_setting('search_path') AS former, set_config('search_path', quote_ident($1) || ', public', true)`,
    [schema],
  )) as { former: string }[];
  await work();
  await runner.query(`SELECT set_config('search_path', $1, true)`, [rows[0]?.former ?? '']);
}

/** The schema of a data source, which a runner has as `connection` in TypeORM 0.3, and by that name in 1 as well. */
export function schemaOf({ connection }: QueryRunner): string | undefined {
  return connection.driver.schema;
}
