import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { orchestrationEntities } from 'nestjs-nestor';
import { embeddedPostgres } from 'nestjs-nestor/embedded';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { onServer, openTestDatabase, type TestDatabase } from '../database/test-database.js';
import { compileLibrary } from './compile-library.js';
import { exited } from './processes.js';

const documents = 400;
/** Each fifth has one section, each next one more. */
const chunks = (documents / 5) * (1 + 2 + 3 + 4 + 5);

describe('a process that is killed with -9 while it brings documents into a knowledge base', () => {
  let program: string;
  let folder: string;
  let server: TestDatabase | undefined;

  beforeAll(async () => {
    program = join(await compileLibrary(), 'test/processes/ingesting-host.js');
    folder = await mkdtemp(join(tmpdir(), 'nestor-ingest-'));
    if (onServer) server = await openTestDatabase();
  }, 60_000);

  afterAll(async () => {
    await server?.close();
    await rm(folder, { recursive: true, force: true });
  });

  it.each(['1', '2'])(
    'leaves what the next ones bring to its end, without holes and doubles: edition %s',
    async (edition) => {
      // Each life brings some groups of documents in, and ends between the statements of the next; the last one comes to the end.
      for (const writes of [3, 5]) {
        const child = run(edition);
        await said(child, `writes ${writes};`);
        child.kill('SIGKILL');
        await exited(child);
      }
      const last = run(edition);
      let told = '';
      last.stdout?.on('data', (data: Buffer) => (told += data.toString()));
      expect(await exited(last)).toBe(0);
      // Not all of it was left to the last life.
      const report = JSON.parse(told.slice(told.indexOf('{'))) as { output: Record<string, number> };
      const { added = 0, changed = 0, unchanged = 0 } = report.output;
      expect({ sum: added + changed + unchanged, isEnough: unchanged > 100 }).toEqual({
        sum: documents,
        isEnough: true,
      });
      const found = await tables();
      expect(found).toEqual({ documents, chunks, headed: documents, vectors: chunks, editions: [edition] });
    },
    120_000,
  );

  function run(edition: string): ChildProcess {
    const database = server?.url
      ? { DATABASE_URL: server.url }
      : { DATABASE_URL: '', DATA_DIRECTORY: join(folder, 'data') };
    const env = {
      ...process.env,
      NODE_OPTIONS: '',
      ...database,
      DOCUMENTS: `${documents}`,
      EDITION: edition,
    };
    return spawn(process.execPath, [program], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  }

  /** What is there: documents; chunks of documents; those that have all of theirs in a row; vectors of chunks. */
  async function tables() {
    const options =
      server?.options ??
      ({
        ...embeddedPostgres({ directory: join(folder, 'data') }),
        entities: [...orchestrationEntities],
      } as DataSourceOptions);
    const dataSource = await new DataSource(options).initialize();
    const count = async (sql: string) => (await dataSource.query<{ n: number }[]>(sql))[0]?.n;
    try {
      return {
        documents: await count('SELECT count(*)::int n FROM orchestration_document'),
        chunks: await count('SELECT count(*)::int n FROM orchestration_chunk'),
        headed: await count(`SELECT count(*)::int n FROM (
          SELECT document_id FROM orchestration_chunk c JOIN orchestration_document d ON d.id = c.document_id
          GROUP BY document_id, d.uri
          HAVING array_agg(ordinal ORDER BY ordinal) = ARRAY(SELECT generate_series(0, split_part(uri, '-', 2)::int % 5))
        ) whole`),
        vectors: await count(`SELECT count(*)::int n FROM orchestration_chunk_vector v
          JOIN orchestration_chunk c ON c.id = v.chunk_id`),
        editions: (
          await dataSource.query<{ edition: string }[]>(
            `SELECT DISTINCT substring(body from 'Edition (.)') AS edition FROM orchestration_chunk`,
          )
        ).map(({ edition }) => edition),
      };
    } finally {
      await dataSource.destroy();
    }
  }
});

function said(child: ChildProcess, text: string): Promise<void> {
  return new Promise((resolve) => {
    let all = '';
    child.stdout?.on('data', (data: Buffer) => {
      all += data.toString();
      if (all.includes(text)) resolve();
    });
  });
}
