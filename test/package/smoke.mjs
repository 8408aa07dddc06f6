/**
 * The package as users get it: packed, installed into scratch projects, compiled against, imported, required, served.
 * `node test/package/smoke.mjs [--outputFile=results.json]`, after `npm run build`.
 */
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { anysIn } from './published-types.mjs';
import { runnerConfigurations, runnerPackages, runSpec } from './runners.mjs';
import { install, makeFolder, manifest, pack, run, writeHost } from './scratch.mjs';

const outputFile = process.argv.find((arg) => arg.startsWith('--outputFile='))?.slice('--outputFile='.length);
const required = ['@nestjs/common', '@nestjs/core', '@nestjs/typeorm', 'class-transformer'];
required.push('class-validator', 'reflect-metadata', 'rxjs', 'typeorm');
const optional = Object.keys(manifest().peerDependenciesMeta);
const ofHosts = ['@nestjs/platform-express', '@nestjs/platform-fastify', '@types/node', 'typescript'];
// Nest's declarations for Express need it, and nothing here does.
ofHosts.push('@types/express@5');
const entries = Object.entries(manifest().exports).filter(([, target]) => typeof target === 'object');

/** As Jest writes it, so that one reader understands both. */
const assertionResults = [];
const folder = makeFolder();
try {
  await smoke();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
const passed = assertionResults.filter(({ status }) => status === 'passed').length;
const failed = assertionResults.length - passed;
process.stdout.write(`Package: ${passed} passed, ${failed} failed (Node ${process.version})\n`);
const spec = { name: 'package', status: failed === 0 ? 'passed' : 'failed', assertionResults };
if (outputFile) writeFileSync(outputFile, `${JSON.stringify({ testResults: [spec] }, null, 2)}\n`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;

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
    install(full, tarball, [...new Set([...required, ...optional, ...ofHosts, ...runnerPackages])]),
  );
  await sideBySide([...servings(full), ...loadings(bare, full), ...specRuns(full)]);
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

/** Both kinds of hosts, as functions to call: each is compiled, then served on every platform and store. */
function servings(full) {
  return [() => serve(full, 'an ES module', 'module'), () => serve(full, 'CommonJS', 'commonjs')];
}

async function serve(full, kind, type) {
  const host = join(full, type);
  await check(`compiles a host that is ${kind}, with the checks of libraries on`, () => {
    writeHost(host, type);
    return run(process.execPath, [join(full, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', host]);
  });
  for (const platform of ['express', 'fastify']) {
    for (const store of ['memory', 'embedded']) {
      await check(`serves a host that is ${kind} on ${platform} and ${store}`, async () => {
        const said = await run(process.execPath, ['host.js', platform, store], {
          cwd: host,
          timeout: 60_000,
        });
        if (said !== 'served\n') throw new Error(`it said more than that it served:\n${said}`);
      });
    }
  }
}

/** Calls all of them, the first ones first, as many at a time as there are processors. */
async function sideBySide(works) {
  const left = works.values();
  const lane = async () => {
    for (const work of left) await work();
  };
  await Promise.all(Array.from({ length: availableParallelism() }, lane));
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

function expectNone(what, found) {
  if (found.length > 0) throw new Error(`${what}:\n  ${found.join('\n  ')}`);
}

async function check(name, body) {
  const begun = performance.now();
  const ended = () => `${((performance.now() - begun) / 1000).toFixed(1)} s`;
  try {
    await body();
    assertionResults.push({ fullName: name, status: 'passed' });
    process.stdout.write(`  ok      ${name} (${ended()})\n`);
  } catch (error) {
    assertionResults.push({ fullName: name, status: 'failed', failureMessages: [error.message] });
    process.stdout.write(`  FAILED  ${name} (${ended()})\n${error.message.replace(/^/gm, '            ')}\n`);
  }
}
