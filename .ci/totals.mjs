/** `node totals.mjs <folder of results> [failed stage…]`: adds up, says what is wrong, ends with `N passed, M failed`. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { firstFailure, resultsOf } from './results.mjs';

const [folder, ...stages] = process.argv.slice(2);
const failedStages = new Set(stages);
/** Results, and the stage that writes them. */
const suites = {
  embedded: 'tests on the in-process Postgres',
  server: 'tests on a PostgreSQL server',
  package: 'package',
  matrix: 'package in its hosts',
};
const wrong = [];
let passed = 0;
let failed = 0;

for (const [suite, stage] of Object.entries(suites)) {
  const file = join(folder, `${suite}.json`);
  if (!existsSync(file)) {
    wrong.push(`no results of '${suite}'`);
    continue;
  }
  const results = resultsOf(file, join(folder, `${suite}-again.json`));
  passed += results.passed;
  failed += results.failed + results.broken;
  process.stdout.write(
    `${suite}: ${results.passed} passed, ${results.failed} failed, ${results.broken} suites broken, ${results.leftOut} left out\n`,
  );
  for (const test of results.flaky) process.stdout.write(`  failed first and passed then: ${test}\n`);
  const failure = firstFailure(file);
  if (failure !== undefined)
    process.stdout.write(`  the first failure:\n${failure.replaceAll(/^/gm, '    ')}\n`);
  // Its failures are counted one by one.
  if (results.failed + results.broken > 0) failedStages.delete(stage);
  if (results.passed === 0) wrong.push(`'${suite}' ran nothing`);
  if (results.leftOut > 0 && suite === 'server')
    wrong.push(`${results.leftOut} tests were left out though every service is here`);
}

wrong.push(...[...failedStages].map((stage) => `stage failed: ${stage}`));
for (const each of wrong) process.stdout.write(`${each}\n`);
failed += wrong.length;
process.stdout.write(`${passed} passed, ${failed} failed\n`);
process.exitCode = failed === 0 ? 0 : 1;
