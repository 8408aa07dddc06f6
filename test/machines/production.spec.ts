import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { Test } from '@nestjs/testing';
import { TypeOrmModule } from '@nestjs/typeorm';
import {
  AuditService,
  From,
  Input,
  OrchestrationModule,
  Orchestrator,
  SignalPayload,
  Step,
  StepContext,
  StepCtx,
  Workflow,
} from 'nestjs-nestor';
import type { DataSourceOptions } from 'typeorm';
import { describeOnServer, openTestDatabase, type TestDatabase } from '../database/test-database.js';
import { until } from '../e2e/until.js';
import { openMachine } from './machine.js';

/** Each is one attempt. */
const effects: { readonly step: string; readonly key: string }[] = [];

@Workflow({ result: 'pay' })
class OrderWorkflow {
  @Step() reserve(@Input() order: string, @StepCtx() { idempotencyKey }: StepContext) {
    effects.push({ step: 'reserve', key: idempotencyKey });
    return order;
  }
  @Step({ waitFor: 'go' }) confirm(@SignalPayload() _: string, @From('reserve') order: string) {
    return order;
  }
  @Step() pay(@From('confirm') order: string, @StepCtx() { idempotencyKey }: StepContext) {
    effects.push({ step: 'pay', key: idempotencyKey });
    return `paid ${order}`;
  }
}

beforeEach(() => void (effects.length = 0));

describe('an application with several data sources', () => {
  const databases: TestDatabase[] = [];
  afterEach(async () => {
    for (const database of databases) await database.close();
  });

  it('keeps its runs in the one that it names', async () => {
    // The host's own has none of our tables.
    databases.push(await openTestDatabase({ migrations: [] }), await openTestDatabase());
    const [own, runs] = databases as [TestDatabase, TestDatabase];
    const module = await Test.createTestingModule({
      imports: [
        TypeOrmModule.forRoot({ ...own.options, entities: [], migrations: [] }),
        TypeOrmModule.forRoot({ ...runs.options, name: 'runs', migrations: [] }),
        OrchestrationModule.forRoot({ dataSource: 'runs' }),
      ],
      providers: [OrderWorkflow],
    }).compile();
    await module.init();
    const handle = await module.get(Orchestrator).start(OrderWorkflow, 'A-1');
    await handle.signal('go', '');
    expect(await handle.result()).toMatchObject({ output: 'paid A-1' });
    const rows: unknown[] = await runs.dataSource.query('SELECT id FROM orchestration_run');
    expect(rows).toEqual([{ id: handle.id }]);
    await module.close();
  });
});

describeOnServer('a database in production', () => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await openTestDatabase();
  });
  afterEach(() => database.close());

  it.each(['statement_timeout', 'lock_timeout'])(
    'has a %s, and a run that meets it is not lost',
    async (setting) => {
      const machine = await openMachine(
        { ...database.options, extra: { options: `-c ${setting}=200` } } as DataSourceOptions,
        [OrderWorkflow],
      );
      const handle = await machine.orchestrator.start(OrderWorkflow, 'A-1');
      await until('it waits', async () => (await handle.status()) === 'waiting', 30_000);
      const runner = database.dataSource.createQueryRunner();
      await runner.startTransaction();
      await runner.query('SELECT 1 FROM orchestration_run WHERE id = $1 FOR UPDATE', [handle.id]);
      const signalled = handle.signal('go', '');
      const begun = new Set<string>();
      await until(
        'the first attempt has met its limit, and another one waits',
        async () => {
          const rows = await database.dataSource.query<{ begun: string }[]>(
            `SELECT query_start::text AS begun FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()`,
          );
          for (const row of rows) begun.add(row.begun);
          return begun.size > 1;
        },
        30_000,
      );
      await runner.rollbackTransaction();
      await runner.release();
      await signalled;
      expect(await handle.result()).toMatchObject({ status: 'completed', output: 'paid A-1' });
      await machine.close();
    },
    60_000,
  );

  it.each(['repeatable read', 'serializable'])(
    'has another default level of isolation: %s',
    async (level) => {
      const options = `-c default_transaction_isolation=${level.replace(' ', '\\ ')}`;
      const machine = await openMachine({ ...database.options, extra: { options } } as DataSourceOptions, [
        OrderWorkflow,
      ]);
      const handles = await Promise.all(
        Array.from({ length: 10 }, (_, index) => machine.orchestrator.start(OrderWorkflow, `A-${index}`)),
      );
      await Promise.all(handles.map((handle) => handle.signal('go', '')));
      for (const handle of handles) expect(await handle.result()).toMatchObject({ status: 'completed' });
      await machine.close();
    },
  );

  it('is restored from a backup: its runs go on from there, and what came after it happens again under the same keys', async () => {
    const machine = await openMachine(database.options, [OrderWorkflow]);
    const { id } = await machine.orchestrator.start(OrderWorkflow, 'A-1');
    const before = machine.orchestrator.handle(id);
    await until('it waits', async () => (await before.status()) === 'waiting', 30_000);
    const { stdout: backup } = await promisify(execFile)('pg_dump', ['--no-owner', database.url ?? ''], {
      maxBuffer: 64 * 1024 * 1024,
    });
    await before.signal('go', '');
    expect(await before.result()).toMatchObject({ output: 'paid A-1' });
    await machine.close();

    const restored = await openTestDatabase({ migrations: [] });
    try {
      await restored.dataSource.query('DROP SCHEMA public CASCADE');
      await restored.dataSource.query('CREATE SCHEMA public');
      const psql = execFile('psql', ['--quiet', '-v', 'ON_ERROR_STOP=1', restored.url ?? '']);
      psql.stdin?.end(backup);
      expect(await new Promise((resolve) => psql.on('exit', resolve))).toBe(0);
      const again = await openMachine(restored.options, [OrderWorkflow]);
      const after = again.orchestrator.handle(id);
      expect(await after.status()).toBe('waiting');
      await after.signal('go', '');
      expect(await after.result()).toMatchObject({ output: 'paid A-1' });
      expect(await again.get(AuditService).verify(id)).toMatchObject({ ok: true });
      await again.close();
    } finally {
      await restored.close();
    }
    const keys = (step: string) => effects.filter((each) => each.step === step).map(({ key }) => key);
    expect(keys('reserve')).toHaveLength(1);
    expect(keys('pay')).toHaveLength(2);
    expect(new Set(keys('pay')).size).toBe(1);
  }, 60_000);
});
