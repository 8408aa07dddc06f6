import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The repository, seen from here. */
export const root = join(import.meta.dirname, '..', '..');

/** Runs a program to its end; what it says is the error if it fails, and given back if it does not. */
export function run(command, args, { cwd = root, timeout = 600_000 } = {}) {
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

/**
 * Installs into a new project as a user does, without flags that change what npm resolves.
 * @param packages each with its version, or as a list in the versions that this repository uses: npm's cache has them
 */
export function install(folder, tarball, packages) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'scratch-host', private: true }));
  const exact = Array.isArray(packages)
    ? packages.map((name) => (/.@/.test(name) ? name : `${name}@${versionOf(name)}`))
    : Object.entries(packages).map(([name, version]) => `${name}@${version}`);
  const flags = ['--prefer-offline', '--no-audit', '--no-fund', '--no-update-notifier'];
  return run('npm', ['install', ...flags, tarball, ...exact], { cwd: folder });
}

function versionOf(name) {
  return JSON.parse(readFileSync(join(root, 'node_modules', name, 'package.json'), 'utf8')).version;
}
