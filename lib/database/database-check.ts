import { type DataSource, getMetadataArgsStorage } from 'typeorm';
import type { Clock } from '../clock/index.js';
import { InvalidOptionsError } from '../errors/index.js';
import { orchestrationEntities } from './entities/entities.js';
import { Statements } from './statements/statements.js';
import { tableNames } from './statements/table-names.js';

/** Asks at boot whether the database is as this release needs it. */
export abstract class DatabaseCheck {
  /** @throws {InvalidOptionsError} that says what is missing, and what to do */
  abstract check(): Promise<void>;
}

const named = new Set<unknown>(orchestrationEntities);

/** Table (or view) and column of everything that the entities have. */
const columns = getMetadataArgsStorage().columns.flatMap(({ target, options }) => {
  const table = getMetadataArgsStorage().tables.find((one) => one.target === target)?.name;
  return named.has(target) && table && options.name ? [{ table, column: options.name }] : [];
});

/** What migrations make besides tables and their columns, and how its identity is found. */
const others = [
  [
    'the function orchestration_expire_run',
    `to_regprocedure($1 || 'orchestration_expire_run(uuid, timestamptz)')`,
  ],
  ['the function orchestration_guard_record', `to_regprocedure($1 || 'orchestration_guard_record()')`],
  ['the index orchestration_run_finished', `to_regclass($1 || 'orchestration_run_finished')`],
] as const;

export class TypeOrmDatabaseCheck extends DatabaseCheck {
  constructor(
    private readonly dataSource: DataSource,
    private readonly clock: Clock,
  ) {
    super();
  }

  async check(): Promise<void> {
    this.refuseOtherNames();
    const missing = await this.missing();
    if (missing.length === 0) return;
    const { schema } = this.dataSource.driver;
    throw new InvalidOptionsError(
      `The database does not have everything that Nestor needs${schema ? ` in its schema "${schema}"` : ''}. Missing: ${missing.join(', ')}. Run orchestrationMigrations: add them to the 'migrations' of the data source, and either set migrationsRun: true or call migrate(dataSource) before the application starts.`,
      { details: { missing } },
    );
  }

  /** Hand-written statements and migrations know the tables by their own names. */
  private refuseOtherNames(): void {
    const { entityMetadatas, options } = this.dataSource;
    for (const { target, tableName, columns: all } of entityMetadatas) {
      if (!named.has(target)) continue;
      const own = getMetadataArgsStorage().tables.find((one) => one.target === target)?.name;
      const column = all.find(({ databaseName, givenDatabaseName }) => databaseName !== givenDatabaseName);
      if (tableName === own && !column) continue;
      const cause = options.entityPrefix ? `entityPrefix '${options.entityPrefix}'` : 'namingStrategy';
      const renamed =
        column && tableName === own ? `column ${column.givenDatabaseName} of ${own}` : `table ${own}`;
      throw new InvalidOptionsError(
        `The ${cause} of the data source renames Nestor's ${renamed}, whose name is fixed. Give Nestor a data source without it: register one by a name, and pass that name to OrchestrationModule.forRoot({ dataSource: 'name' }).`,
        { details: { option: options.entityPrefix ? 'entityPrefix' : 'namingStrategy' } },
      );
    }
  }

  private async missing(): Promise<string[]> {
    const statements = new Statements(this.dataSource, this.clock);
    const { run } = tableNames(this.dataSource);
    const schema = run.slice(0, run.lastIndexOf('"orchestration_run"'));
    const names = columns.map(({ table }) => table);
    const rows = await statements.run<{ missing: string }>({
      text: `
        SELECT DISTINCT CASE WHEN to_regclass($1 || quote_ident(c.place)) IS NULL THEN 'the table ' || c.place
          ELSE 'the column ' || c.name || ' of ' || c.place END AS missing
        FROM unnest($2::text[], $3::text[]) AS c (place, name)
        WHERE NOT EXISTS (SELECT FROM pg_attribute a
          WHERE a.attrelid = to_regclass($1 || quote_ident(c.place)) AND a.attname = c.name AND NOT a.attisdropped)
        ${others.map(([name, found]) => `UNION ALL SELECT '${name}' WHERE ${found} IS NULL`).join(' ')}`,
      values: [schema, names, columns.map(({ column }) => column)],
    });
    return rows.map(({ missing }) => missing);
  }
}
