import { cpSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { shownConfiguration } from '../runners.mjs';
import { root, run } from '../scratch.mjs';

const sources = join(root, 'test', 'package', 'host');

/** The modules of TypeScript and the place where it looks for packages, by how a host resolves. */
const modules = {
  nodenext: { module: 'nodenext', moduleResolution: 'nodenext' },
  node10: { module: 'commonjs', moduleResolution: 'node10' },
};

/** Writes a host's sources and its settings into a new folder below one that has the packages. */
export function writeProject(folder, { kind, platform, resolution, runner }) {
  mkdirSync(folder);
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'host', private: true, type: kind }));
  for (const file of readdirSync(sources))
    cpSync(join(sources, file), join(folder, file.replace('-spec.', '.spec.')));
  if (platform === 'fastify') cpSync(join(sources, 'platform-fastify.ts'), join(folder, 'platform.ts'));
  else writeFileSync(join(folder, 'platform-fastify.ts'), '');
  const compilerOptions = {
    target: 'es2023',
    ...modules[resolution],
    types: ['node'],
    rootDir: '.',
    outDir: 'dist',
    strict: true,
    skipLibCheck: false,
    exactOptionalPropertyTypes: true,
    experimentalDecorators: true,
    emitDecoratorMetadata: true,
  };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*.ts'] }));
  writeFileSync(join(folder, runner), shownConfiguration(runner));
}

/** Compiles it with its own TypeScript, checking all declarations. */
export function compileProject(node, folder) {
  return run(node, [join('..', 'node_modules', 'typescript', 'bin', 'tsc'), '-p', '.'], { cwd: folder });
}

/** Runs its own spec with its own Jest. */
export async function testProject(node, folder, { runner }) {
  const flags = runner.endsWith('.mjs') ? ['--experimental-vm-modules'] : [];
  const args = [...flags, join('..', 'node_modules', 'jest', 'bin', 'jest.js'), '--ci', '--config', runner];
  const said = stripVTControlCharacters(await run(node, args, { cwd: folder }));
  if (!/\b1 passed\b/.test(said)) throw new Error(`it did not run one spec:\n${said}`);
}
