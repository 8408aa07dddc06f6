import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { onServer, openTestDatabase, type TestDatabase } from '../../test/database/test-database.js';
import { AuditRecord, ExpiredRun, migrate, Run, StepExecution } from './index.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

const runId = '01890000-0000-7000-8000-000000000001';

const change = (statement: string) => database.dataSource.query(statement);

async function insertRun(id: string, status: 'running' | 'completed'): Promise<void> {
  const { manager } = database.dataSource;
  await manager.insert(Run, {
    id,
    workflow: 'test',
    version: '1',
    definitionHash: 'd',
    format: 1,
    status,
    seq: 2,
    headHash: '0c',
    inputHash: '0c',
    usage: { calls: 0, inputTokens: 0, outputTokens: 0, usd: 0 },
    createdAt: new Date(),
    finishedAt: status === 'completed' ? new Date('2026-01-01T00:00:00Z') : null,
  });
  const record = {
    runId: id,
    step: 'draft',
    attempt: 1,
    actorKind: 'code',
    actorId: 'test.draft',
    at: new Date('2026-01-01T00:00:01Z'),
    salt: '00000000-0000-4000-8000-000000000001',
    payloadHash: '0b',
    hash: '0a',
  } as const;
  await manager.insert(AuditRecord, [
    { ...record, seq: 1, type: 'step.skipped', payload: { reason: 'when' } },
    {
      ...record,
      seq: 2,
      type: 'step.completed',
      payload: {
        output: { text: 'hi' },
        duration: 12.5,
      },
    },
  ]);
}

describe('migrations', () => {
  it('leave nothing for TypeORM to propose', async () => {
    const proposed = await database.dataSource.driver.createSchemaBuilder().log();
    expect(proposed.upQueries.map(({ query }) => query)).toEqual([]);
  });

  it('can be run by many instances at once', async () => {
    // The in-process Postgres has one process, hence one data source that migrates.
    const others = await Promise.all(
      (onServer ? [1, 2, 3] : []).map(() => new DataSource(database.options).initialize()),
    );
    await database.dataSource.undoLastMigration();
    await Promise.all([database.dataSource, ...others].map((dataSource) => migrate(dataSource)));
    expect(await database.dataSource.showMigrations()).toBe(false);
    await Promise.all(others.map((other) => other.destroy()));
  });

  it('put everything into the schema of the data source', async () => {
    await database.dataSource.query('CREATE SCHEMA "app"');
    const inSchema = await new DataSource({ ...database.options, schema: 'app' } as never).initialize();
    await migrate(inSchema);
    const proposed = await inSchema.driver.createSchemaBuilder().log();
    expect(proposed.upQueries.map(({ query }) => query)).toEqual([]);
    await inSchema.destroy();
  });
});

describe('audit records', () => {
  beforeAll(() => insertRun(runId, 'running'));
  it.each([
    `UPDATE orchestration_audit_record SET actor_id = 'me'`,
    `UPDATE orchestration_audit_record SET payload = '{"reason":"routes"}'`,
    `UPDATE orchestration_audit_record SET payload = NULL`,
    `UPDATE orchestration_audit_record SET salt = NULL`,
    `UPDATE orchestration_audit_record SET payload = NULL, salt = NULL, hash = 'x'`,
    `DELETE FROM orchestration_audit_record WHERE seq = 2`,
    `TRUNCATE orchestration_audit_record`,
  ])('refuse %s', async (statement) => {
    await expect(change(statement)).rejects.toThrow(/append-only/);
  });

  it('let payload and salt be erased together', async () => {
    await change(`UPDATE orchestration_audit_record SET payload = NULL, salt = NULL WHERE seq = 1`);
    const record = await database.dataSource.manager.findOneByOrFail(AuditRecord, { runId, seq: 1 });
    expect(record).toMatchObject({ payload: null, salt: null, hash: '0a', payloadHash: '0b' });
  });

  it('go with a whole run once it is finished and expired, which leaves id, head and count', async () => {
    const finished = '01890000-0000-7000-8000-000000000002';
    await insertRun(finished, 'completed');
    const expire = async (id: string, before: string): Promise<boolean> => {
      const [row] = await database.dataSource.query<{ gone: boolean }[]>(
        'SELECT orchestration_expire_run($1, $2) AS gone',
        [id, before],
      );
      return row?.gone ?? false;
    };
    expect(await expire(runId, '2027-01-01')).toBe(false);
    expect(await expire(finished, '2025-12-31')).toBe(false);
    expect(await expire(finished, '2026-01-02')).toBe(true);
    const { manager } = database.dataSource;
    expect(await manager.countBy(AuditRecord, { runId: finished })).toBe(0);
    expect(await manager.countBy(Run, { id: finished })).toBe(0);
    expect(await manager.findOneByOrFail(ExpiredRun, { runId: finished })).toMatchObject({
      headHash: '0c',
      records: 2,
    });
    await expect(change(`DELETE FROM orchestration_audit_record`)).rejects.toThrow(/append-only/);
  });
});

describe('StepExecution', () => {
  it('shows what the records tell of a step', async () => {
    const [execution] = await database.dataSource
      .getRepository(StepExecution)
      .findBy({ runId, status: 'completed' });
    expect(execution).toMatchObject({
      step: 'draft',
      iteration: 0,
      attempt: 1,
      startedAt: new Date('2026-01-01T00:00:00.987Z'),
      duration: 12.5,
      finishedAt: new Date('2026-01-01T00:00:01Z'),
      actorId: 'test.draft',
      output: { text: 'hi' },
      error: null,
    });
  });
});
