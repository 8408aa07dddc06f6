import { describe, expect, it } from '@jest/globals';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { readPage } from './markdown.js';
import { allPages, pageAt, root } from './pages.js';
import { programOf, runnable, typescript } from './program.js';
import { typeErrors } from './typecheck.js';

const pages = allPages();

/** Where the blocks of the pages are run. */
const specs = readdirSync(import.meta.dirname)
  .filter((name) => /^run-.*\.spec\.ts$/.test(name))
  .map((name) => readFileSync(join(import.meta.dirname, name), 'utf8'))
  .join('\n');

describe('the documentation', () => {
  it('compiles against the library, every ts block of every page', () => {
    expect(typeErrors(pages)).toEqual([]);
  }, 120_000);

  it('finds a wrong block, at its line', () => {
    const page = readPage('docs/wrong.md', '# Wrong\n\n```ts\nconst text: string = 1;\n```\n');
    expect(typeErrors([page])).toEqual([expect.stringMatching(/^docs\/wrong\.md:4 .*not assignable/)]);
  }, 120_000);

  it('has no block whose language is missing or spelt so that nobody would check it', () => {
    const languages = pages.flatMap(({ path, blocks }) =>
      blocks.map(({ language, line }) => `${path}:${line + 1} ${language}`),
    );
    expect(languages.filter((each) => !/ (ts|js|bash|json|text|sql|mermaid|md|http)$/.test(each))).toEqual(
      [],
    );
    // run by test/package, in smoke.mjs and in the cells of its matrix
    const scripts = pages.flatMap(({ path, blocks }) =>
      blocks.flatMap(({ language, code }) => (language === 'js' ? [`${path} ${code[0]}`] : [])),
    );
    expect(scripts).toEqual([
      'docs/testing.md // jest.config.mjs',
      'docs/testing.md // vitest.config.mjs',
      'docs/testing.md // jest.config.cjs',
    ]);
  });

  it('runs every block that is marked as run', () => {
    const names = pages.flatMap((page) => runnable(page).map((name) => `${page.path} ${name}`));
    expect(names.length).toBeGreaterThan(0);
    expect(names.filter((each) => !isRun(each.split(' ')[1] ?? ''))).toEqual([]);
  });

  it('understands every note above a block', () => {
    const notes = pages.flatMap((page) =>
      typescript(page).flatMap(({ note, line }) => (note ? [{ page, note, line }] : [])),
    );
    const unclear = notes.filter(({ note }) => !/^(given: .+|run: \w+\(.*\)( gives .+)?|ts: .+)$/.test(note));
    expect(unclear.map(({ page, line, note }) => `${page.path}:${line + 1} ${note}`)).toEqual([]);
  });

  it('has an example that runs on every page of docs', () => {
    const without = pages
      .filter(({ path }) => path.startsWith('docs/'))
      .filter((page) => runnable(page).length === 0);
    expect(without.map(({ path }) => path)).toEqual([]);
  });

  it('prints the promise as it was given', () => {
    expect(pageAt('README.md').lines).toContain(
      'A completed step never runs again; an interrupted one is attempted again with the same idempotency key; ' +
        'an irreversible call whose outcome is unknown is put before a person instead of being repeated; ' +
        'a `transactional` step is exactly once.',
    );
  });

  it('has no link into nothing', () => {
    const broken = pages.flatMap(({ path, links }) =>
      links
        .filter(({ target }) => !resolves(path, target))
        .map(({ target, line }) => `${path}:${line + 1} ${target}`),
    );
    expect(broken).toEqual([]);
  });

  it('is linked from the README, every page of docs', () => {
    const linked = pageAt('README.md').links.map(({ target }) => target.split('#')[0]);
    const docs = pages.map(({ path }) => path).filter((path) => path.startsWith('docs/'));
    expect(docs.filter((path) => !linked.includes(path))).toEqual([]);
  });
});

function isRun(name: string): boolean {
  return new RegExp(String.raw`run(<[^(]*>)?\(\s*'${name}'`).test(specs);
}

function resolves(from: string, target: string): boolean {
  if (/^https?:\/\//.test(target)) return true;
  const [file = '', anchor] = target.split('#');
  const path = file === '' ? from : normalize(join(dirname(from), file));
  if (!existsSync(join(root, path))) return false;
  return anchor === undefined || (path.endsWith('.md') && pageAt(path).anchors.has(anchor));
}

describe('a page as a module', () => {
  const text = '# A\n\n<!-- run: go(n: number) gives twice -->\n\n```ts\nconst twice = 2 * n;\n```\n';

  it('keeps the lines of the page', () => {
    const lines = programOf(readPage('docs/a.md', text)).split('\n');
    expect(lines.slice(4, 7)).toEqual([
      'export async function go(n: number) {',
      'const twice = 2 * n;',
      'return { twice }; }',
    ]);
  });

  it('knows anchors as GitHub makes them', () => {
    const { anchors } = readPage('docs/a.md', '# What is `@Step`?\n## A, b\n## A, b\n');
    expect([...anchors]).toEqual(['what-is-step', 'a-b', 'a-b-1']);
  });
});
