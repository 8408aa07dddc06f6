import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { chosen, mutantsOf } from './mutants.mjs';
import { specsOf } from './specs.mjs';
import { Workspace } from './workspace.mjs';

// Changes the code in small ways, one at a time, and tells which changes no spec detects:
// `npm run mutation -- --count 300 --seed 1 --folder gate,workflow --jobs 2`. The working tree is never touched.
const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '300' },
    seed: { type: 'string', default: '1' },
    /** Of the changes that the seed chooses, how many are left out at the beginning: they were tried before. */
    skip: { type: 'string', default: '0' },
    folder: { type: 'string', default: Object.keys(specsOf).join(',') },
    /** Changes that are tried out at the same time. */
    jobs: { type: 'string', default: '1' },
    /** Where the result is written. */
    out: { type: 'string', default: 'coverage/mutation.json' },
  },
});
const count = wholeNumber('count');
const seed = wholeNumber('seed');
const skip = wholeNumber('skip');
const jobs = Math.max(1, wholeNumber('jobs'));
const folders = values.folder.split(',');
for (const folder of folders)
  if (!Object.hasOwn(specsOf, folder))
    fail(
      `There are no specs for the folder '${folder}'. The folders are: ${Object.keys(specsOf).join(', ')}.`,
    );

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const workspaces = [];
process.on('exit', () => {
  for (const workspace of workspaces) workspace.remove();
});
for (const signal of ['SIGINT', 'SIGTERM'])
  process.on(signal, () => {
    report();
    process.exit(1);
  });
for (let job = 0; job < jobs; job++) workspaces.push(new Workspace(root));

const results = [];
const coverage = await coverageOfSpecs();
const mutants = chosen(folders.flatMap(mutantsIn), count, seed).slice(skip);
/** How often a spec file has detected a change to a file: it is asked first about the next one. */
const detections = new Map();
const waiting = mutants.values();
await Promise.all(workspaces.map(work));
report();

async function work(workspace) {
  // All jobs take from the same iterator.
  for (const mutant of waiting) {
    const begun = performance.now();
    const { outcome, detector } = await outcomeOf(mutant, workspace);
    const seconds = secondsSince(begun);
    results.push({ file: mutant.file, line: mutant.line, what: mutant.what, outcome, detector, seconds });
    console.log(
      `${results.length}/${mutants.length} ${outcome} (${seconds} s) ${told(mutant)} ${detector ?? ''}`,
    );
  }
}

function mutantsIn(folder) {
  return readdirSync(join(root, 'lib', folder), { recursive: true })
    .filter(
      (name) => name.endsWith('.ts') && !/\.(spec|fixture)\.ts$/.test(name) && basename(name) !== 'index.ts',
    )
    .toSorted()
    .flatMap((name) => {
      const file = join('lib', folder, name);
      const source = readFileSync(join(workspaces[0].path, file), 'utf8');
      return mutantsOf(file, source).map((mutant) => ({ ...mutant, folder, file, source }));
    });
}

/** For each list of specs what they execute, measured once for lists that need the same arguments. */
async function coverageOfSpecs() {
  const measured = new Map();
  const lists = folders.flatMap((folder) => specsOf[folder]);
  for (const key of new Set(lists.map(keyOf))) {
    const alike = lists.filter((list) => keyOf(list) === key);
    const begun = performance.now();
    const paths = [...new Set(alike.flatMap((list) => list.paths))];
    const specs = Object.entries(await workspaces[0].coverage({ paths, manner: alike[0].manner }));
    console.log(`${specs.length} spec files: ${secondsSince(begun)} s without a change`);
    const passing = specs.filter(([, { passed }]) => passed);
    for (const [spec, { passed }] of specs)
      if (!passed) console.log(`${spec} does not pass without any change: it is left out.`);
    for (const list of alike) measured.set(list, Object.fromEntries(passing));
  }
  return measured;
}

function keyOf({ manner }) {
  return manner.join(' ');
}

async function outcomeOf(mutant, workspace) {
  for (const list of specsOf[mutant.folder]) {
    const specs = specsThatReach(mutant, list);
    if (specs.length === 0) continue;
    const usual = specs.reduce((sum, [, { milliseconds }]) => sum + milliseconds, 0);
    const paths = specs.map(([spec]) => spec);
    // Three times as long as without the change is too long.
    const outcome = await workspace.outcomeOf(mutant, paths, list.manner, 3 * usual + 20_000);
    if (outcome === 'passed') continue;
    const { detector } = workspace;
    const key = `${mutant.file} ${detector}`;
    detections.set(key, (detections.get(key) ?? 0) + 1);
    return { outcome: outcome === 'failed' ? 'detected' : 'timed out', detector };
  }
  return { outcome: 'SURVIVED' };
}

/** Those that execute the changed lines; first what has detected a change to this file before, then the fastest. */
function specsThatReach({ file, line, lastLine }, list) {
  const isListed = (spec) => list.paths.some((path) => new RegExp(path).test(spec));
  const isIn = (executed) => executed[file]?.some((one) => one >= line && one <= lastLine);
  const timesOf = ([spec]) => detections.get(`${file} ${spec}`) ?? 0;
  return Object.entries(coverage.get(list))
    .filter(([spec, { executed }]) => isListed(spec) && isIn(executed))
    .toSorted((a, b) => timesOf(b) - timesOf(a) || a[1].milliseconds - b[1].milliseconds);
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
