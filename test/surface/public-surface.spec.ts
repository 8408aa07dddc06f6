import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { type EntryPoint, type PublicName, publicSurface } from './public-surface.js';

const here = dirname(fileURLToPath(import.meta.url));
const root = resolve(here, '../..');
const report = join(here, 'public-surface.txt');

/** As `package.json` names them. */
const entryPoints: readonly EntryPoint[] = Object.entries(
  (
    JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
      exports: Record<string, string | Record<string, string>>;
    }
  ).exports,
).flatMap(([path, target]) =>
  typeof target === 'string'
    ? []
    : [{ name: `nestjs-nestor${path.slice(1)}`, file: target['nestor-source'] ?? '' }],
);

let surface: Map<string, readonly PublicName[]>;
beforeAll(() => {
  surface = publicSurface(entryPoints);
}, 60_000);

describe('The public surface', () => {
  it('is the committed one: after a change, `UPDATE_SURFACE=1 npm run test:only -- test/surface` writes it', () => {
    const text = [...surface]
      .map(([name, names]) => [`# ${name}`, ...names.map((one) => one.text)].join('\n\n'))
      .join('\n\n\n');
    if (process.env['UPDATE_SURFACE'] === '1') writeFileSync(report, `${text}\n`);
    expect(`${text}\n`).toBe(readFileSync(report, 'utf8'));
  });

  it('exports every type that stands in a public signature', () => {
    const exported = new Set([...surface.values()].flat().map(({ name }) => name));
    // Nest's builder makes it; a host has only its static methods, which stand in OrchestrationModule.
    exported.add('ConfigurableModuleClass');
    const missing = [...surface].flatMap(([entry, names]) =>
      names.flatMap(({ name, uses }) =>
        uses.filter((used) => !exported.has(used)).map((used) => `${used}, in ${name} of ${entry}`),
      ),
    );
    expect(missing.toSorted()).toEqual([]);
  });
});
