import { spawn } from 'node:child_process';
import {
  closeSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { chosen, mutantsOf } from './mutants.mjs';
import { specsOf } from './specs.mjs';

// Changes the code in small ways, one at a time, and tells which changes no spec detects:
// `npm run mutation -- --count 300 --seed 1 --folder gate,workflow`. The working tree is never touched.
const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '300' },
    seed: { type: 'string', default: '1' },
    folder: { type: 'string', default: Object.keys(specsOf).join(',') },
    /** Where the result is written. */
    out: { type: 'string', default: 'coverage/mutation.json' },
  },
});
const count = wholeNumber('count');
const seed = wholeNumber('seed');
const folders = values.folder.split(',');
for (const folder of folders)
  if (!Object.hasOwn(specsOf, folder))
    fail(
      `There are no specs for the folder '${folder}'. The folders are: ${Object.keys(specsOf).join(', ')}.`,
    );

/** A test that hangs has detected the change: it is not waited for as long as on a loaded machine. */
const manner = ['--bail', '--silent', '--maxWorkers=1', '--testTimeout=30000'];
const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const copy = mkdtempSync(join(tmpdir(), 'mutation-'));
let running;
process.on('exit', () => {
  stop();
  rmSync(copy, { recursive: true, force: true });
});
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(1));

copyRepository();
const limits = await limitsOfSpecs();
const mutants = chosen(folders.flatMap(mutantsIn), count, seed);
const results = [];
for (const [index, mutant] of mutants.entries()) {
  const begun = performance.now();
  const outcome = await outcomeOf(mutant);
  const seconds = secondsSince(begun);
  results.push({ file: mutant.file, line: mutant.line, what: mutant.what, outcome, seconds });
  console.log(`${index + 1}/${mutants.length} ${outcome} (${seconds} s) ${told(mutant)}`);
}
report();

/** What Jest needs. Packages are shared. */
function copyRepository() {
  const left = new Set(['node_modules', 'dist', 'coverage', '.git', '.nestor']);
  for (const name of readdirSync(root))
    if (!left.has(name)) cpSync(join(root, name), join(copy, name), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
}

function mutantsIn(folder) {
  return readdirSync(join(copy, 'lib', folder), { recursive: true })
    .filter(
      (name) => name.endsWith('.ts') && !/\.(spec|fixture)\.ts$/.test(name) && basename(name) !== 'index.ts',
    )
    .toSorted()
    .flatMap((name) => {
      const file = join('lib', folder, name);
      const source = readFileSync(join(copy, file), 'utf8');
      return mutantsOf(file, source).map((mutant) => ({ ...mutant, folder, file, source }));
    });
}

/** How long the specs take on the code as it is, which must pass them; a change may take three times as long. */
async function limitsOfSpecs() {
  const measured = new Map();
  for (const specs of new Set(folders.flatMap((folder) => specsOf[folder]))) {
    const begun = performance.now();
    if ((await outcomeOfSpecs(specs, 1_200_000)) !== 'passed')
      fail(`${readFileSync(join(copy, 'said.log'), 'utf8')}
These specs do not pass without any change.`);
    measured.set(specs, 3 * (performance.now() - begun) + 20_000);
    console.log(`${specs[0]} …: ${secondsSince(begun)} s without a change`);
  }
  return measured;
}

async function outcomeOf({ folder, file, source, start, end, text }) {
  writeFileSync(join(copy, file), source.slice(0, start) + text + source.slice(end));
  try {
    for (const specs of specsOf[folder]) {
      const outcome = await outcomeOfSpecs(specs, limits.get(specs));
      if (outcome !== 'passed') return outcome === 'failed' ? 'detected' : 'timed out';
    }
    return 'SURVIVED';
  } finally {
    writeFileSync(join(copy, file), source);
  }
}

/** In a process group of its own, since an endless loop has to be killed with its workers. */
function outcomeOfSpecs(specs, limit) {
  const node = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
  const jest = ['node_modules/jest/bin/jest.js', ...specs, ...manner];
  return new Promise((resolve) => {
    const said = openSync(join(copy, 'said.log'), 'w');
    const stdio = ['ignore', said, said];
    running = spawn(process.execPath, [...node, ...jest], { cwd: copy, stdio, detached: true });
    closeSync(said);
    const timer = setTimeout(() => {
      stop();
      resolve('timed out');
    }, limit);
    running.once('exit', (status) => {
      clearTimeout(timer);
      running = undefined;
      resolve(status === 0 ? 'passed' : 'failed');
    });
  });
}

function stop() {
  try {
    if (running?.pid) process.kill(-running.pid, 'SIGKILL');
  } catch {
    // It has ended by itself meanwhile.
  }
}

function report() {
  const survivors = results.filter(({ outcome }) => outcome === 'SURVIVED');
  const detected = results.length - survivors.length;
  const score = Math.round((1_000 * detected) / Math.max(1, results.length)) / 10;
  const out = join(root, values.out);
  mkdirSync(dirname(out), { recursive: true });
  writeFileSync(out, `${JSON.stringify({ seed, folders, score, results }, null, 2)}\n`);
  console.log(
    `\n${detected} of ${results.length} changes were detected: ${score} %. All of them: ${values.out}`,
  );
  for (const survivor of survivors) console.log(`  survived: ${told(survivor)}`);
}

function told({ file, line, what }) {
  return `${file}:${line} ${what}`;
}

function secondsSince(begun) {
  return Math.round((performance.now() - begun) / 100) / 10;
}

function wholeNumber(name) {
  const value = Number(values[name]);
  return Number.isInteger(value) && value >= 0
    ? value
    : fail(`--${name} ${values[name]}: give a whole number that is not negative.`);
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
