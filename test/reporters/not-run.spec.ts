import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';

const folder = mkdtempSync(join(tmpdir(), 'nestor-reporter-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('What was not run', () => {
  it('is named at the end of a run without a server', () => {
    const { status, said } = runSuite({});
    expect(said).toContain('Database: the in-process Postgres');
    expect(said).toMatch(
      /NOT RUN: 1 test\(s\), not here: .*PostgreSQL server \(DATABASE_URL\).*Redis server \(REDIS_URL\), a Chromium \(CHROMIUM\)/,
    );
    expect(said).toContain('one.spec.cjs: needs a server');
    expect(status).toBe(0);
  });

  it('fails a run that had every service', () => {
    const { status, said } = runSuite({
      DATABASE_URL: 'postgres://there',
      REDIS_URL: 'redis://there',
      CHROMIUM: '/there',
    });
    expect(said).toContain('NOT RUN: 1 test(s), though every service is here');
    expect(status).toBe(1);
  });

  it('is not what the caller filtered out by name', () => {
    const { status, said } = runSuite(
      { DATABASE_URL: 'postgres://there', REDIS_URL: 'redis://there', CHROMIUM: '/there' },
      ['-t', 'runs'],
    );
    expect(said).not.toContain('NOT RUN');
    expect(status).toBe(0);
  });
});

/** A suite of one test that runs and one that does not. */
function runSuite(services: Readonly<Record<string, string>>, args: readonly string[] = []) {
  writeFileSync(join(folder, 'one.spec.cjs'), `it('runs', () => {}); it.skip('needs a server', () => {});`);
  const reporters = ['default', resolve('test/reporters/not-run.mjs')];
  const config = JSON.stringify({ rootDir: folder, testRegex: 'spec.cjs$', transform: {}, reporters });
  const { DATABASE_URL: _, REDIS_URL: __, CHROMIUM: ___, ...env } = process.env;
  const { status, stderr } = spawnSync(
    process.execPath,
    [resolve('node_modules/jest/bin/jest.js'), '--config', config, '--no-cache', ...args],
    { cwd: folder, encoding: 'utf8', env: { ...env, ...services } },
  );
  return { status, said: stderr };
}
