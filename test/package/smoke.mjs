/**
 * The package as users get it: packed, installed into scratch projects, imported, required, tested with.
 * `node test/package/smoke.mjs [--outputFile=results.json]`, after `npm run build`.
 */
import { existsSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { check, expectNone, finish, sideBySide } from './report.mjs';
import { anysIn } from './published-types.mjs';
import { runnerConfigurations, runnerPackages, runSpec } from './runners.mjs';
import { install, makeFolder, manifest, pack, run } from './scratch.mjs';

const required = ['@nestjs/common', '@nestjs/core', '@nestjs/typeorm', 'class-transformer'];
required.push('class-validator', 'reflect-metadata', 'rxjs', 'typeorm');
const optional = Object.keys(manifest().peerDependenciesMeta);
const entries = Object.entries(manifest().exports).filter(([, target]) => typeof target === 'object');

const folder = makeFolder();
try {
  await smoke();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
finish('Package');

async function smoke() {
  let tarball = '';
  await check('packs what exports names, and neither sources nor specs', async () => {
    const packed = await pack(folder);
    const files = (await run('tar', ['-tzf', packed])).trim().split('\n');
    const named = entries.flatMap(([, { types, default: code }]) => [types, code]);
    const missing = named.map((path) => `package/${path.slice(2)}`).filter((path) => !files.includes(path));
    tarball = packed;
    expectNone('missing', missing);
    expectNone(
      'not for users',
      files.filter((file) => /\.spec\.|\.fixture\.|[^d]\.ts$/.test(file)),
    );
  });
  if (tarball === '') return;

  const bare = join(folder, 'bare');
  const full = join(folder, 'full');
  // One after the other: both write npm's cache.
  await check('installs without a warning about peers, and without the optional packages', async () => {
    const said = await install(bare, tarball, required);
    expectNone('warnings', said.match(/^npm (warn|error).*(ERESOLVE|peer|deprecated).*$/gim) ?? []);
    expectNone(
      'optional packages',
      optional.filter((name) => existsSync(join(bare, 'node_modules', name))),
    );
  });
  await check('installs with all optional packages', () =>
    install(full, tarball, [...new Set([...required, ...optional, ...runnerPackages])]),
  );
  await sideBySide([...specRuns(full), ...loadings(bare, full)], availableParallelism());
}

/** What is imported and required, as functions to call. */
function loadings(bare, full) {
  const each = (cwd, entry, name) => [
    () => check(`imports ${name}`, () => load(cwd, 'import', entry)),
    () => check(`requires ${name}`, () => load(cwd, 'require', entry)),
  ];
  return [
    ...['.', './guardrails', './testing'].flatMap((entry) =>
      each(bare, entry, `${nameOf(entry)} without the optional packages`),
    ),
    ...entries.flatMap(([entry]) => each(full, entry, nameOf(entry))),
    () =>
      check('publishes no `any`', () =>
        expectNone('any', anysIn(join(full, 'node_modules', manifest().name))),
      ),
  ];
}

/** A user's spec with the configurations of docs/testing.md, one after the other: both write the same files. */
function specRuns(full) {
  return [
    async () => {
      for (const configuration of runnerConfigurations) {
        await check(`runs a spec with the ${configuration} of docs/testing.md`, () =>
          runSpec(full, configuration),
        );
      }
    },
  ];
}

/** Fails as well if the entry point gives nothing. */
async function load(cwd, way, entry) {
  const name = JSON.stringify(nameOf(entry));
  const script = {
    import: `const it = await import(${name}); if (Object.keys(it).length === 0) process.exit(3)`,
    require: `const it = require(${name}); if (Object.keys(it).length === 0) process.exit(3)`,
  }[way];
  await run(process.execPath, [`--input-type=${way === 'import' ? 'module' : 'commonjs'}`, '-e', script], {
    cwd,
  });
}

function nameOf(entry) {
  return `${manifest().name}${entry.slice(1)}`;
}
