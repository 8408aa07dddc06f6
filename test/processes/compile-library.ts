import { transform } from '@swc/core';
import { mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');

/** Compiles the library and the programs of some folders as they stand, for processes of their own; gives back where they are. */
export async function compileLibrary(programs = ['test/processes', 'sample-app']): Promise<string> {
  // Inside node_modules, so that the compiled files find the packages that they import.
  const out = join(root, 'node_modules', '.cache', 'nestor-processes', String(process.pid));
  await rm(out, { recursive: true, force: true });
  const folders = ['lib', ...programs];
  const files = (await Promise.all(folders.map((folder) => sources(join(root, folder))))).flat();
  await Promise.all(
    files.map((file) => compile(file, join(out, relative(root, file)).replace(/\.ts$/, '.js'))),
  );
  await mkdir(join(out, 'node_modules'), { recursive: true });
  await writeFile(join(out, 'package.json'), await packageJson());
  await symlink(out, join(out, 'node_modules', 'nestjs-nestor'));
  return out;
}

async function sources(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true });
  return entries
    .filter((name) => name.endsWith('.ts') && !/\.(spec|e2e-spec|fixture|d)\.ts$/.test(name))
    .map((name) => join(folder, name));
}

async function compile(source: string, target: string): Promise<void> {
  const { code } = await transform(await readFile(source, 'utf8'), {
    filename: source,
    swcrc: false,
    jsc: {
      target: 'es2022',
      parser: { syntax: 'typescript', decorators: true },
      transform: { legacyDecorator: true, decoratorMetadata: true },
      keepClassNames: true,
    },
    module: { type: 'es6' },
  });
  await mkdir(dirname(target), { recursive: true });
  await writeFile(target, code);
}

/** The package's own, with its entry points at the compiled files. */
async function packageJson(): Promise<string> {
  const own = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as {
    exports: Record<string, { 'nestor-source': string } | string>;
  };
  const exports = Object.entries(own.exports).flatMap(([name, target]) =>
    typeof target === 'string' ? [] : [[name, target['nestor-source'].replace(/\.ts$/, '.js')]],
  );
  return JSON.stringify({
    name: 'nestjs-nestor',
    version: '0.0.0',
    type: 'module',
    exports: Object.fromEntries(exports),
  });
}
