import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import {
  AuditService,
  From,
  Input,
  migrate,
  orchestrationMigrations,
  SignalPayload,
  Step,
  Workflow,
} from 'nestjs-nestor';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { describeOnServer, openTestDatabase, type TestDatabase } from '../database/test-database.js';
import { until } from '../e2e/until.js';
import { type Machine, openMachine } from './machine.js';
import { PgBouncer } from './pgbouncer.js';

@Workflow({ result: 'end' })
class RelayWorkflow {
  @Step() begin(@Input() name: string) {
    return name;
  }
  @Step({ waitFor: 'go' }) wait(@SignalPayload() word: string, @From('begin') name: string) {
    return `${name} ${word}`;
  }
  @Step() end(@From('wait') text: string) {
    return text;
  }
}

describeOnServer('behind a PgBouncer in transaction mode', () => {
  let database: TestDatabase;
  let bouncer: PgBouncer;
  let options: DataSourceOptions;

  beforeAll(async () => {
    jest.spyOn(Logger.prototype, 'log').mockImplementation(() => undefined);
    database = await openTestDatabase();
    bouncer = await PgBouncer.open(database.url ?? '', 4);
    options = { ...database.options, url: bouncer.url } as DataSourceOptions;
  }, 60_000);

  afterAll(async () => {
    await bouncer.close();
    await database.close();
    jest.restoreAllMocks();
  }, 60_000);

  it('two machines with more connections than sessions drive many runs to their ends', async () => {
    const machines: Machine[] = [];
    for (let count = 0; count < 2; count++) machines.push(await openMachine(options, [RelayWorkflow]));
    const [first, second] = machines;
    if (!first || !second) throw new Error('two machines');
    try {
      const handles = await Promise.all(
        Array.from({ length: 60 }, (_, index) => first.orchestrator.start(RelayWorkflow, `run ${index}`)),
      );
      await until(
        'all wait',
        async () => {
          const { items } = await second.orchestrator.find({ status: 'waiting', limit: 100 });
          return items.length === handles.length;
        },
        30_000,
      );
      await Promise.all(handles.map(({ id }) => second.orchestrator.handle(id).signal('go', 'went')));
      const results = await Promise.all(handles.map((handle) => handle.result()));
      expect(results.map((result) => result.status === 'completed' && result.output)).toEqual(
        handles.map((_, index) => `run ${index} went`),
      );
      for (const { id } of handles.slice(0, 5))
        expect(await first.get(AuditService).verify(id)).toMatchObject({ ok: true });
    } finally {
      for (const each of machines) await each.close();
    }
  }, 120_000);

  it('three instances that migrate an empty database at once take turns', async () => {
    const empty = await openTestDatabase({ migrations: [] });
    const own = await PgBouncer.open(empty.url ?? '', 4);
    const sources: DataSource[] = [];
    try {
      for (let count = 0; count < 3; count++) {
        const source = new DataSource({
          ...empty.options,
          url: own.url,
          migrations: [...orchestrationMigrations],
        } as DataSourceOptions);
        sources.push(await source.initialize());
      }
      await Promise.all(sources.map((source) => migrate(source)));
      // Nobody has left the lock behind on a session of the pool.
      await migrate(empty.dataSource);
      const rows: unknown[] = await empty.dataSource.query(
        `SELECT 1 FROM pg_locks WHERE locktype = 'advisory'
           AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
      );
      expect(rows).toEqual([]);
    } finally {
      for (const source of sources) await source.destroy();
      await own.close();
      await empty.close();
    }
  }, 120_000);
});
