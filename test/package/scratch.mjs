import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The repository, seen from here. */
export const root = join(import.meta.dirname, '..', '..');

/** Runs a program to its end; what it says is the error if it fails, and given back if it does not. */
export function run(command, args, { cwd = root, timeout = 180_000 } = {}) {
  return new Promise((resolve, reject) => {
    const options = { cwd, timeout, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 };
    const child = execFile(command, args, options, (error, stdout, stderr) => {
      const said = `${stdout}${stderr}`;
      if (!error) return resolve(said);
      const how = error.signal ?? error.code ?? error.message;
      reject(new Error(`${command} ${args.join(' ')} ended with ${how}\n${said}`));
    });
    child.stdin?.end();
  });
}

export function makeFolder() {
  return mkdtempSync(join(tmpdir(), 'nestor-package-'));
}

/** Packs the package as npm would publish it. It has to be built. */
export async function pack(folder) {
  await run('npm', ['pack', '--pack-destination', folder]);
  const { name, version } = manifest();
  return join(folder, `${name}-${version}.tgz`);
}

export function manifest() {
  return JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
}

/** Installs into a new project, in the versions that this repository uses: they are in npm's cache already. */
export function install(folder, tarball, packages) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'scratch-host', private: true }));
  const exact = packages.map((name) => (/.@/.test(name) ? name : `${name}@${versionOf(name)}`));
  const flags = ['--prefer-offline', '--no-audit', '--no-fund', '--no-update-notifier'];
  return run('npm', ['install', ...flags, tarball, ...exact], { cwd: folder });
}

function versionOf(name) {
  return JSON.parse(readFileSync(join(root, 'node_modules', name, 'package.json'), 'utf8')).version;
}

/** A host of one module kind: the same source, compiled with all checks that a user may have switched on. */
export function writeHost(folder, type) {
  mkdirSync(folder, { recursive: true });
  cpSync(join(import.meta.dirname, 'host.ts'), join(folder, 'host.ts'));
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: `${type}-host`, private: true, type }));
  const compilerOptions = {
    target: 'es2023',
    module: 'nodenext',
    moduleResolution: 'nodenext',
    types: ['node'],
    strict: true,
    skipLibCheck: false,
    exactOptionalPropertyTypes: true,
    experimentalDecorators: true,
    emitDecoratorMetadata: true,
  };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*.ts'] }));
}
