import type { QueryRunner } from 'typeorm';

/** Creates things where the data source's `schema` option says, if it is set. */
export async function intoSchema(runner: QueryRunner): Promise<void> {
  const schema = runner.dataSource.driver.schema;
  if (schema)
    await runner.query(`SELECT set_config('search_path', quote_ident($1) || ', public', true)`, [schema]);
}
