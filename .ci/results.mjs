import { existsSync, readFileSync } from 'node:fs';

/** Spec files that failed, of a file of results that Jest wrote. */
export function failedSpecs(file) {
  if (!existsSync(file)) return [];
  return read(file).testResults.flatMap(({ name, status }) => (status === 'failed' ? [name] : []));
}

/** Why the first of the tests that failed did, as Jest tells it; undefined if none has. */
export function firstFailure(file) {
  const spec = read(file).testResults.find(({ status }) => status === 'failed');
  const test = spec?.assertionResults.find(({ status }) => status === 'failed');
  return test?.failureMessages[0] ?? spec?.message;
}

/**
 * What a suite came to. Spec files that failed and were run once more count as they did then, and are named: nobody
 * shall take a test that sometimes fails for one that never does.
 * @param again results of the second run; it need not exist
 */
export function resultsOf(file, again) {
  const first = read(file);
  const second = new Map(existsSync(again) ? read(again).testResults.map((spec) => [spec.name, spec]) : []);
  const counted = { passed: 0, failed: 0, broken: 0, leftOut: 0, flaky: [] };
  for (const former of first.testResults) {
    const spec = second.get(former.name) ?? former;
    const of = (status) => spec.assertionResults.filter((test) => test.status === status);
    counted.passed += of('passed').length;
    counted.failed += of('failed').length;
    counted.leftOut += spec.assertionResults.length - of('passed').length - of('failed').length;
    if (spec.status === 'failed' && of('failed').length === 0) counted.broken += 1;
    if (former.status === 'failed' && spec.status !== 'failed') counted.flaky.push(...failedTests(former));
  }
  return counted;
}

function failedTests({ name, assertionResults }) {
  const failed = assertionResults.filter(({ status }) => status === 'failed');
  return failed.length === 0 ? [name] : failed.map(({ fullName }) => `${name}: ${fullName}`);
}

function read(file) {
  return JSON.parse(readFileSync(file, 'utf8'));
}
