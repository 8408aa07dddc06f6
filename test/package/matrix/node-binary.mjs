import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../scratch.mjs';

const binaries = new Map();

/** Node of a major version: this process's own, or that of the npm package `node`, installed once into the folder. */
export function nodeBinary(folder, major) {
  if (process.versions.node.startsWith(`${major}.`)) return Promise.resolve(process.execPath);
  let binary = binaries.get(major);
  if (!binary) {
    binary = fetchNode(join(folder, `node-${major}`), major);
    binaries.set(major, binary);
  }
  return binary;
}

async function fetchNode(folder, major) {
  mkdirSync(folder, { recursive: true });
  await run('npm', ['install', '--no-save', '--no-audit', '--no-fund', '--prefix', folder, `node@${major}`], {
    cwd: folder,
  });
  return join(folder, 'node_modules', 'node', 'bin', 'node');
}
