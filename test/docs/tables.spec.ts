import { describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as nestor from 'nestjs-nestor';
import * as errors from '../../lib/errors/index.js';
import { statusOfError } from '../../lib/errors/index.js';
import {
  documentedInterfaces,
  isInterface,
  namesOfEntryPoints,
  optionsOf,
  optionsReference,
} from './options-reference.js';
import { root } from './pages.js';

const page = (path: string) => readFileSync(join(root, path), 'utf8');

/** Rows of all tables of a page, as lists of their cells. */
function rows(path: string): readonly (readonly string[])[] {
  return page(path)
    .split('\n')
    .filter((line) => line.startsWith('|') && !/^\|[\s|:-]+$/.test(line))
    .map((line) =>
      line
        .slice(1, -1)
        .split('|')
        .map((cell) => cell.trim()),
    );
}

/** As `npm run format` would leave it. */
function writeFormatted(path: string, text: string): void {
  writeFileSync(join(root, path), text);
  execFileSync(process.execPath, [join(root, 'node_modules/prettier/bin/prettier.cjs'), '--write', path], {
    cwd: root,
  });
}

/** What Prettier changes in a table: the width of its columns. */
const bare = (text: string) =>
  text
    .replace(/\|[ -]+(?=\|)/g, '|')
    .replace(/ *\| */g, '|')
    .trim();

describe('docs/options.md', () => {
  const marker =
    '<!-- generated from the TSDoc in lib: UPDATE_DOCS=1 in the environment of this test writes it -->';

  it('says of every option what its TSDoc says', () => {
    const [intro = ''] = page('docs/options.md').split(marker);
    const wanted = `${intro}${marker}\n\n${optionsReference()}\n`;
    if (process.env['UPDATE_DOCS'] !== undefined) writeFormatted('docs/options.md', wanted);
    expect(bare(page('docs/options.md'))).toBe(bare(wanted));
  });

  it('leaves no option without a meaning', () => {
    expect(
      optionsReference()
        .split('\n')
        .filter((line) => /^\| `\w+` \| +\|/.test(line)),
    ).toEqual([]);
  });
});

describe('docs/options.md and docs/errors.md', () => {
  it('leave out nothing that users can give options to', () => {
    // Those of an error's own constructor are in its TSDoc.
    const exported = namesOfEntryPoints().filter((name) => /(Options|Settings|Budget)$/.test(name));
    const others = [...documentedInterfaces, 'ErrorOptions'];
    const missing = exported.filter((name) => isInterface(name) && !others.includes(name));
    expect(exported).toContain('StepOptions');
    expect(missing).toEqual([]);
  });

  it('name every code that an error can have', () => {
    const codes = Object.keys(statusOfError);
    expect(codes).toContain('RUN_FAILED');
    expect(codes.filter((code) => !new RegExp(`[\`']${code}[\`']`).test(page('docs/errors.md')))).toEqual([]);
  });
});

describe('docs/workflows.md', () => {
  it.each([
    ['@Step', 'StepOptions'],
    ['@Workflow', 'WorkflowOptions'],
  ])('has every option of %s', (_, name) => {
    const documented = rows('docs/workflows.md').flatMap(([first = '']) => first.match(/\w+/g) ?? []);
    const options = optionsOf([name]).map((option) => option.name);
    expect(options.filter((option) => !documented.includes(option))).toEqual([]);
  });
});

type ErrorClass = new (...args: unknown[]) => errors.OrchestrationError;

describe('docs/errors.md', () => {
  const classes = Object.entries(errors as Readonly<Record<string, unknown>>).filter(
    (entry): entry is [string, ErrorClass] =>
      typeof entry[1] === 'function' && entry[1].prototype instanceof errors.OrchestrationError,
  );

  it('has every error with its code and status, and no other', () => {
    const wanted = classes.map(([name, type]) => {
      // Arguments that every constructor takes: a message or a delay, then options or a failure.
      const { code } = new type('1s', { transient: false });
      return `\`${name}\` | \`${code}\` | ${statusOfError[code]}`;
    });
    const documented = rows('docs/errors.md')
      .filter(([name]) => name !== 'Class')
      .map((cells) => cells.slice(0, 3).join(' | '));
    expect(documented.toSorted()).toEqual(wanted.toSorted());
  });

  it('names nothing that users could not import', () => {
    expect(classes.map(([name]) => name).filter((name) => !(name in nestor))).toEqual([]);
  });
});

describe('docs/audit.md', () => {
  it('has every type of record', () => {
    const types = optionsOf(['RecordPayloads']).map(({ name }) => name.replaceAll("'", ''));
    expect(types).toContain('run.created');
    expect(types.filter((type) => !page('docs/audit.md').includes(`\`${type}\``))).toEqual([]);
  });
});
