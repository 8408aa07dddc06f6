import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { lockAddress, lockDirectory } from './directory-lock.js';
import { embeddedPostgres } from './index.js';

const folder = mkdtempSync(join(tmpdir(), 'nestor-embedded-'));
const pristine = join(folder, 'pristine');
beforeAll(async () => {
  const dataSource = await new DataSource(embeddedPostgres({ directory: pristine })).initialize();
  await dataSource.destroy();
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A folder with an empty database: copied, for to make one takes seconds. */
function folderNamed(name: string): string {
  const directory = join(folder, name);
  cpSync(pristine, directory, { recursive: true });
  return directory;
}

describe('embeddedPostgres', () => {
  it('serves many connections and transactions at once', async () => {
    const dataSource = await new DataSource(embeddedPostgres()).initialize();
    await dataSource.query('CREATE TABLE counter (n int)');
    await dataSource.query('INSERT INTO counter VALUES (0)');
    await Promise.all(
      Array.from({ length: 50 }, () =>
        dataSource.transaction(async (manager) => {
          const [row] = await manager.query<{ n: number }[]>('SELECT n FROM counter');
          await manager.query('UPDATE counter SET n = $1', [(row?.n ?? NaN) + 1]);
        }),
      ),
    );
    expect(await dataSource.query('SELECT n FROM counter')).toEqual([{ n: 50 }]);
    await dataSource.destroy();
  });

  it('keeps the statements of different connections apart, also those that arrive in pieces', async () => {
    const dataSource = await new DataSource(
      embeddedPostgres({ directory: folderNamed('apart') }),
    ).initialize();
    const large = 'x'.repeat(200_000);
    const answers = await Promise.all(
      Array.from({ length: 200 }, (_, n) =>
        n % 3 === 0
          ? dataSource.query('SELECT $2::int AS n, length($1) AS length', [large, n])
          : dataSource.query('SELECT $1::int AS n', [n]),
      ),
    );
    expect(answers.map(([row]) => row.n)).toEqual(answers.map((_, n) => n));
    await dataSource.destroy();
  });

  it('keeps what was committed in a directory, and opens again on the same options', async () => {
    const options = embeddedPostgres({ directory: folderNamed('kept') });
    const first = await new DataSource(options).initialize();
    await first.query('CREATE TABLE kept AS SELECT 7 AS n');
    await first.destroy();
    const second = await new DataSource(options).initialize();
    expect(await second.query('SELECT n FROM kept')).toEqual([{ n: 7 }]);
    await second.destroy();
  });

  it('refuses a directory that another database has open, and says so', async () => {
    const directory = folderNamed('busy');
    const first = await new DataSource(embeddedPostgres({ directory })).initialize();
    await expect(new DataSource(embeddedPostgres({ directory })).initialize()).rejects.toThrow(
      /in use by another process/,
    );
    await first.destroy();
  });

  it('takes over the lock of a process that was killed', async () => {
    const directory = join(folder, 'stale');
    mkdirSync(directory);
    const address = lockAddress(realpathSync(directory));
    const script = `
      import { createServer } from 'node:net';
      createServer().listen(${JSON.stringify(address)}, () => process.kill(process.pid, 'SIGKILL'));
    `;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: 'inherit' });
    await new Promise((resolve) => child.once('exit', resolve));
    expect(existsSync(address)).toBe(process.platform !== 'win32');
    const unlock = await lockDirectory(directory);
    await expect(lockDirectory(directory)).rejects.toThrow(/in use by another process/);
    await unlock();
  });

  it('survives kill -9: the next process finds what was committed', async () => {
    const directory = folderNamed('killed');
    const script = `
      import { PGlite } from '@electric-sql/pglite';
      const database = await PGlite.create({ dataDir: ${JSON.stringify(directory)} });
      await database.exec('CREATE TABLE killed AS SELECT 8 AS n');
      process.kill(process.pid, 'SIGKILL');
    `;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: 'inherit' });
    const signal = await new Promise((resolve) => child.once('exit', (_code, by) => resolve(by)));
    expect(signal).toBe('SIGKILL');
    const dataSource = await new DataSource(embeddedPostgres({ directory })).initialize();
    expect(await dataSource.query('SELECT n FROM killed')).toEqual([{ n: 8 }]);
    await dataSource.destroy();
  }, 60_000);
});
