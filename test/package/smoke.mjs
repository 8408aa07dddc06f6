/**
 * The package as users get it: packed, installed into scratch projects, compiled against, imported, required, served.
 * `node test/package/smoke.mjs [--outputFile=results.json]`, after `npm run build`.
 */
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { anysIn } from './published-types.mjs';
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
  smoke();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
const passed = assertionResults.filter(({ status }) => status === 'passed').length;
const failed = assertionResults.length - passed;
process.stdout.write(`Package: ${passed} passed, ${failed} failed (Node ${process.version})\n`);
const spec = { name: 'package', status: failed === 0 ? 'passed' : 'failed', assertionResults };
if (outputFile) writeFileSync(outputFile, `${JSON.stringify({ testResults: [spec] }, null, 2)}\n`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;

function smoke() {
  let tarball = '';
  check('packs what exports names, and neither sources nor specs', () => {
    tarball = pack(folder);
    const files = run('tar', ['-tzf', tarball]).trim().split('\n');
    const named = entries.flatMap(([, { types, default: code }]) => [types, code]);
    const missing = named.map((path) => `package/${path.slice(2)}`).filter((path) => !files.includes(path));
    expectNone('missing', missing);
    expectNone(
      'not for users',
      files.filter((file) => /\.spec\.|\.fixture\.|[^d]\.ts$/.test(file)),
    );
  });
  if (tarball === '') return;

  const bare = join(folder, 'bare');
  check('installs without a warning about peers, and without the optional packages', () => {
    const said = install(bare, tarball, required);
    expectNone('warnings', said.match(/^npm (warn|error).*(ERESOLVE|peer|deprecated).*$/gim) ?? []);
    expectNone(
      'optional packages',
      optional.filter((name) => existsSync(join(bare, 'node_modules', name))),
    );
  });
  for (const entry of ['.', './guardrails', './testing']) {
    check(`imports ${nameOf(entry)} without the optional packages`, () => load(bare, 'import', entry));
    check(`requires ${nameOf(entry)} without the optional packages`, () => load(bare, 'require', entry));
  }

  const full = join(folder, 'full');
  check('installs with all optional packages', () => {
    install(full, tarball, [...required, ...optional, ...ofHosts]);
  });
  for (const [entry] of entries) {
    check(`imports ${nameOf(entry)}`, () => load(full, 'import', entry));
    check(`requires ${nameOf(entry)}`, () => load(full, 'require', entry));
  }
  check('publishes no `any`', () => {
    expectNone('any', anysIn(join(full, 'node_modules', manifest().name)));
  });
  for (const [kind, type] of [
    ['an ES module', 'module'],
    ['CommonJS', 'commonjs'],
  ])
    serve(full, kind, type);
}

/** The host of one module kind: compiled, then served on every platform and store. */
function serve(full, kind, type) {
  const host = join(full, type);
  check(`compiles a host that is ${kind}, with the checks of libraries on`, () => {
    writeHost(host, type);
    run(process.execPath, [join(full, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', host]);
  });
  for (const platform of ['express', 'fastify']) {
    for (const store of ['memory', 'embedded']) {
      check(`serves a host that is ${kind} on ${platform} and ${store}`, () => {
        const said = run(process.execPath, ['host.js', platform, store], { cwd: host, timeout: 60_000 });
        if (said !== 'served\n') throw new Error(`it said more than that it served:\n${said}`);
      });
    }
  }
}

/** Fails as well if the entry point gives nothing. */
function load(cwd, way, entry) {
  const name = JSON.stringify(nameOf(entry));
  const script = {
    import: `const it = await import(${name}); if (Object.keys(it).length === 0) process.exit(3)`,
    require: `const it = require(${name}); if (Object.keys(it).length === 0) process.exit(3)`,
  }[way];
  run(process.execPath, [`--input-type=${way === 'import' ? 'module' : 'commonjs'}`, '-e', script], { cwd });
}

function nameOf(entry) {
  return `${manifest().name}${entry.slice(1)}`;
}

function expectNone(what, found) {
  if (found.length > 0) throw new Error(`${what}:\n  ${found.join('\n  ')}`);
}

function check(name, body) {
  const begun = performance.now();
  const ended = () => `${((performance.now() - begun) / 1000).toFixed(1)} s`;
  try {
    body();
    assertionResults.push({ fullName: name, status: 'passed' });
    process.stdout.write(`  ok      ${name} (${ended()})\n`);
  } catch (error) {
    assertionResults.push({ fullName: name, status: 'failed', failureMessages: [error.message] });
    process.stdout.write(`  FAILED  ${name} (${ended()})\n${error.message.replace(/^/gm, '            ')}\n`);
  }
}
