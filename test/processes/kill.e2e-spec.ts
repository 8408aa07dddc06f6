import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AuditService, orchestrationEntities, Run } from 'nestjs-nestor';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { SystemClock } from '../../lib/clock/index.js';
import { TypeOrmAuditReader } from '../../lib/audit/index.js';
import { TypeOrmJournal } from '../../lib/journal/index.js';
import { embeddedPostgres } from 'nestjs-nestor/embedded';
import { onServer, openTestDatabase, type TestDatabase } from '../database/test-database.js';
import { compileLibrary } from './compile-library.js';
import { exited } from './processes.js';
import { openAccess } from '../access/open-access.js';

interface Effect {
  readonly run: string;
  readonly step: string;
  readonly pid: number;
  readonly key: string;
}

describe('a process that is killed with -9 in the middle of its runs', () => {
  let program: string;
  let folder: string;
  let effects: string;
  let server: TestDatabase | undefined;

  beforeAll(async () => {
    program = join(await compileLibrary(), 'test/processes/counting-host.js');
    folder = await mkdtemp(join(tmpdir(), 'nestor-kill-'));
    effects = join(folder, 'effects.ndjson');
    await writeFile(effects, '');
    if (onServer) server = await openTestDatabase();
  }, 60_000);

  afterAll(async () => {
    await server?.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('leaves runs that the next process brings to their end, without doing a completed step again', async () => {
    const first = run();
    await effectsCount(8);
    first.kill('SIGKILL');
    await exited(first);
    const before = await readEffects();
    const second = run();
    expect(await exited(second)).toBe(0);
    const all = await readEffects();
    const runs = new Set(all.map((one) => one.run));
    expect(runs.size).toBe(4);
    for (const id of runs) {
      for (const step of ['a', 'b', 'c', 'd', 'de']) {
        const executions = all.filter((one) => one.run === id && one.step === step);
        expect(executions.length).toBeGreaterThanOrEqual(1);
        // Once, but for the one step of each run that was in flight when the process died; that one with its old key.
        expect(executions.length).toBeLessThanOrEqual(2);
        expect(new Set(executions.map(({ key }) => key)).size).toBe(1);
      }
      const again = all
        .slice(before.length)
        .filter((one) => one.run === id && before.some((old) => old.run === id && old.step === one.step));
      expect(again.length).toBeLessThanOrEqual(1);
    }
    await withDatabase(async (dataSource) => {
      const rows = await dataSource.manager.find(Run);
      expect(rows.map(({ status }) => status)).toEqual(['completed', 'completed', 'completed', 'completed']);
      const clock = new SystemClock();
      const journal = new TypeOrmJournal(dataSource, clock);
      const audit = new AuditService(journal, new TypeOrmAuditReader(dataSource, clock), openAccess(journal));
      for (const { id } of rows) {
        expect(await audit.verify(id)).toMatchObject({ problems: [] });
        const completed = (await audit.find({ runId: id, type: 'step.completed' })).items.map(
          ({ step }) => step,
        );
        expect(completed).toEqual(['a', 'b', 'c', 'd', 'e']);
      }
    });
  }, 120_000);

  function run(): ChildProcess {
    const database = server?.url
      ? { DATABASE_URL: server.url }
      : { DATABASE_URL: '', DATA_DIRECTORY: join(folder, 'data') };
    return spawn(process.execPath, [program], {
      env: { ...process.env, NODE_OPTIONS: '', ...database, EFFECTS: effects, RUNS: '4' },
      stdio: ['ignore', 'inherit', 'inherit'],
    });
  }

  async function effectsCount(count: number): Promise<void> {
    while ((await readEffects()).length < count) await new Promise((resolve) => setImmediate(resolve));
  }

  async function readEffects(): Promise<Effect[]> {
    const lines = (await readFile(effects, 'utf8')).split('\n').filter((line) => line !== '');
    return lines
      .map((line) => JSON.parse(line) as Effect & { event: string })
      .filter(({ event }) => event === 'ends');
  }

  async function withDatabase(look: (dataSource: DataSource) => Promise<void>): Promise<void> {
    const options =
      server?.options ??
      ({
        ...embeddedPostgres({ directory: join(folder, 'data') }),
        entities: [...orchestrationEntities],
      } as DataSourceOptions);
    const dataSource = await new DataSource(options).initialize();
    try {
      await look(dataSource);
    } finally {
      await dataSource.destroy();
    }
  }
});
