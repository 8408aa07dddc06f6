import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';

const folder = mkdtempSync(join(tmpdir(), 'nestor-layers-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('The layers', () => {
  it('are kept by lib', () => {
    const { status, output } = check('.');
    expect(output).toContain(': 0 problems');
    expect(status).toBe(0);
  });

  it('let an import point down through the index, and specs and fixtures anywhere', () => {
    const problems = checkOf({
      'engine/worker.ts': `import { Journal } from '../journal/index.js';`,
      'testing/harness.ts': `export { OrchestrationModule } from '../module/index.js';`,
      'clock/clock.spec.ts': `import '../engine/worker.js';`,
      'clock/clock.fixture.ts': `import '../engine/worker.js';`,
    });
    expect(problems).toEqual([]);
  });

  it('refuse what points up, whichever way it is written and however deep it lies', () => {
    const problems = checkOf({
      'journal/import.ts': `import { Worker } from '../engine/index.js';`,
      'journal/import-type.ts': `import type { Worker } from '../engine/index.js';`,
      'journal/export.ts': `export { Worker } from '../engine/index.js';`,
      'journal/dynamic.ts': `export const engine = () => import('../engine/index.js');`,
      'journal/in-place.ts': `export type W = import('../engine/index.js').Worker;`,
      'journal/memory/deep.ts': `import '../../engine/index.js';`,
      'gate/root.ts': `import '../index.js';`,
      'openai/beside.ts': `import '../anthropic/index.js';`,
    });
    expect(problems.toSorted()).toEqual([
      `lib/gate/root.ts: '../index.js' points up: gate is below or beside index`,
      `lib/journal/dynamic.ts: '../engine/index.js' points up: journal is below or beside engine`,
      `lib/journal/export.ts: '../engine/index.js' points up: journal is below or beside engine`,
      `lib/journal/import-type.ts: '../engine/index.js' points up: journal is below or beside engine`,
      `lib/journal/import.ts: '../engine/index.js' points up: journal is below or beside engine`,
      `lib/journal/in-place.ts: '../engine/index.js' points up: journal is below or beside engine`,
      `lib/journal/memory/deep.ts: '../../engine/index.js' points up: journal is below or beside engine`,
      `lib/openai/beside.ts: '../anthropic/index.js' points up: openai is below or beside anthropic`,
    ]);
  });

  it('refuse what bypasses an index, out of lib, by the own name, and folders that are not on the list', () => {
    const problems = checkOf({
      'engine/a.ts': `import '../journal/port.js';`,
      'engine/b.ts': `import '../../test/e2e/host.js';`,
      'engine/c.ts': `import 'nestjs-nestor/testing';`,
      'utils/d.ts': '',
    });
    expect(problems.toSorted()).toEqual([
      `lib/engine/a.ts: '../journal/port.js' bypasses the index: import from 'journal/index.js'`,
      `lib/engine/b.ts: '../../test/e2e/host.js' leaves lib`,
      `lib/engine/c.ts: 'nestjs-nestor/testing' is this package itself`,
      `lib/utils/d.ts: the folder 'utils' is not on the list`,
    ]);
  });
});

describe('A folder', () => {
  it('with more than 16 files is refused; specs and fixtures do not count', () => {
    const files = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`gate/checks/c${index}.ts`, '']));
    expect(checkOf({ ...files(16), 'gate/checks/c.spec.ts': '', 'gate/checks/c.fixture.ts': '' })).toEqual(
      [],
    );
    expect(checkOf(files(17))).toEqual(['lib/gate/checks has 17 files, more than 16: give it subfolders']);
  });
});

describe('An exported name', () => {
  it('is declared once; overloads and exports of an index do not count', () => {
    const problems = checkOf({
      'gate/a.ts': 'export interface Place {} export function go(): void; export function go(a?: 1): void {}',
      'gate/b.ts': 'export const Place = 1; export const other = 2; const go = 3;',
      'gate/index.ts': `export { type Place } from './a.js';`,
    });
    expect(problems).toEqual(['Place is declared in lib/gate/a.ts and lib/gate/b.ts: find a second word']);
  });
});

describe('What was thrown', () => {
  it('becomes text in the folders text and errors alone, and lines for the log go one way', () => {
    const problems = checkOf({
      'text/safe.ts': 'export const safe = (thrown: unknown) => String(thrown);',
      'engine/a.ts': 'try { go(); } catch (error) { log(`x: ${error}`); }',
      'engine/b.ts': 'try { go(); } catch (broken) { log(String(broken)); }',
      'engine/c.ts': 'go().catch((why) => log("x: " + why));',
      'engine/d.ts': 'export const told = (cause: unknown) => cause instanceof Error ? cause.message : "";',
      'engine/e.ts': 'export const shown = (error: unknown) => (error as Error)?.stack;',
      'engine/f.ts': 'const logger = new Logger("x");',
      'engine/g.ts': 'console.log("x");',
      'engine/h.ts':
        'try { go(); } catch (error) { log(errorText(error)); } export const written = (reason: string) => `${reason}`;',
    });
    expect(problems.toSorted()).toEqual([
      'lib/engine/a.ts:1: ${error} trusts what was thrown: take errorText() or errorMessage() of errors/',
      'lib/engine/b.ts:1: String(broken) trusts what was thrown: take errorText() or errorMessage() of errors/',
      'lib/engine/c.ts:1: + trusts what was thrown: take errorText() or errorMessage() of errors/',
      'lib/engine/d.ts:1: .message trusts what was thrown: take errorText() or errorMessage() of errors/',
      'lib/engine/e.ts:1: .stack trusts what was thrown: take errorText() or errorMessage() of errors/',
      'lib/engine/f.ts:1: a logger of its own: take logSafely() of errors/',
      'lib/engine/g.ts:1: the console: take logSafely() of errors/',
    ]);
  });
});

/** The problems of a `lib` that has these files and no others. */
function checkOf(files: Readonly<Record<string, string>>): string[] {
  const root = mkdtempSync(join(folder, 'lib-'));
  for (const [name, source] of Object.entries(files)) {
    const path = join(root, 'lib', name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, source);
  }
  const { status, output } = check(root);
  const problems = output.trim().split('\n').slice(0, -1);
  expect(status).toBe(problems.length === 0 ? 0 : 1);
  return problems;
}

function check(root: string) {
  const script = resolve('test/architecture/check.mjs');
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, root], { encoding: 'utf8' });
  expect(stderr).toBe('');
  return { status, output: stdout };
}
