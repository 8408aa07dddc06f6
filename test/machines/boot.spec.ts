import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type DataSourceOptions, DefaultNamingStrategy } from 'typeorm';
import { Step, Workflow } from 'nestjs-nestor';
import { openTestDatabase, type TestDatabase } from '../database/test-database.js';
import { openMachine } from './machine.js';

@Workflow()
class WorkingWorkflow {
  @Step() work() {
    return 1;
  }
}

class CamelCase extends DefaultNamingStrategy {
  override columnName(property: string): string {
    return property;
  }
}

describe('a boot on a database that does not fit', () => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await openTestDatabase();
  });
  afterEach(() => database.close());

  const boot = async (options: object = {}) => {
    const machine = await openMachine({ ...database.options, ...options } as DataSourceOptions, [
      WorkingWorkflow,
    ]);
    await machine.close();
  };

  it.each([
    ['the tables', 'DROP SCHEMA public CASCADE; CREATE SCHEMA public', 'the table orchestration_run'],
    ['one table', 'DROP TABLE orchestration_inbox', 'Missing: the table orchestration_inbox.'],
    ['the view', 'DROP VIEW orchestration_step_execution', 'the table orchestration_step_execution'],
    [
      'a column',
      'ALTER TABLE orchestration_run DROP COLUMN priority',
      'column priority of orchestration_run',
    ],
    ['a function', 'DROP FUNCTION orchestration_expire_run', 'the function orchestration_expire_run'],
    ['an index', 'DROP INDEX orchestration_run_finished', 'the index orchestration_run_finished'],
  ])('says what is missing and how to get it: %s', async (_, statement, missing) => {
    for (const one of statement.split(';')) await database.dataSource.query(one);
    const error = await boot().catch((thrown: Error) => thrown);
    expect(error).toMatchObject({ code: 'INVALID_OPTIONS' });
    expect(String(error)).toContain(missing);
    expect(String(error)).toContain('Run orchestrationMigrations: add them');
  });

  it('names the schema in which it looked', async () => {
    await database.dataSource.query('CREATE SCHEMA flows');
    await expect(boot({ schema: 'flows' })).rejects.toThrow('in its schema "flows"');
  });

  it.each([
    ["entityPrefix 'app_'", { entityPrefix: 'app_' }],
    ['namingStrategy', { namingStrategy: new CamelCase() }],
  ])('refuses by name what renames its tables: %s', async (name, options) => {
    await expect(boot(options)).rejects.toThrow(`The ${name} of the data source renames Nestor's`);
  });

  it('runs beside a prefix that is for the entities of the host', async () => {
    const options = { ...database.options, entities: [], entityPrefix: 'app_' } as DataSourceOptions;
    const machine = await openMachine(options, [WorkingWorkflow]);
    expect(await machine.orchestrator.run(WorkingWorkflow, null as never)).toMatchObject({ output: 1 });
    await machine.close();
  });
});
