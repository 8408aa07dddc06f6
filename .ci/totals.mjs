/** `node totals.mjs <folder of results> [failed stage…]`: adds up, says what is wrong, ends with `N passed, M failed`. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const [folder, ...stages] = process.argv.slice(2);
const failedStages = new Set(stages);
/** Results, and the stage that writes them. */
const suites = {
  embedded: 'tests on the in-process Postgres',
  server: 'tests on a PostgreSQL server',
  package: 'package',
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
  const results = JSON.parse(readFileSync(file, 'utf8'));
  const broken = results.numRuntimeErrorTestSuites ?? 0;
  const leftOut = (results.numPendingTests ?? 0) + (results.numTodoTests ?? 0);
  passed += results.numPassedTests;
  failed += results.numFailedTests + broken;
  process.stdout.write(
    `${suite}: ${results.numPassedTests} passed, ${results.numFailedTests} failed, ${broken} suites broken, ${leftOut} left out\n`,
  );
  // Its failures are counted one by one.
  if (results.numFailedTests + broken > 0) failedStages.delete(stage);
  if (results.numPassedTests === 0) wrong.push(`'${suite}' ran nothing`);
  if (leftOut > 0 && suite === 'server')
    wrong.push(`${leftOut} tests were left out though every service is here`);
}

wrong.push(...[...failedStages].map((stage) => `stage failed: ${stage}`));
for (const each of wrong) process.stdout.write(`${each}\n`);
failed += wrong.length;
process.stdout.write(`${passed} passed, ${failed} failed\n`);
process.exitCode = failed === 0 ? 0 : 1;
