import { writeFileSync } from 'node:fs';

/** As Jest writes it, so that one reader understands both. */
const assertionResults = [];

/** Runs one check and says how it ended; what fails is remembered and the rest goes on. */
export async function check(name, body) {
  const begun = performance.now();
  const ended = () => `${((performance.now() - begun) / 1000).toFixed(1)} s`;
  try {
    await body();
    assertionResults.push({ fullName: name, status: 'passed' });
    process.stdout.write(`  ok      ${name} (${ended()})\n`);
    return true;
  } catch (error) {
    assertionResults.push({ fullName: name, status: 'failed', failureMessages: [error.message] });
    process.stdout.write(`  FAILED  ${name} (${ended()})\n${error.message.replace(/^/gm, '            ')}\n`);
    return false;
  }
}

export function expectEqual(what, actual, expected) {
  const [is, shouldBe] = [actual, expected].map((value) => JSON.stringify(value));
  if (is !== shouldBe) throw new Error(`${what}: ${is}, not ${shouldBe}`);
}

export function expectNone(what, found) {
  if (found.length > 0) throw new Error(`${what}:\n  ${found.join('\n  ')}`);
}

/** Calls all of them, the first ones first, as many at a time as there are lanes. */
export async function sideBySide(works, lanes) {
  const left = works.values();
  const lane = async () => {
    for (const work of left) await work();
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}

/** The last line, the file that `--outputFile=` names, and the exit code. */
export function finish(name) {
  const passed = assertionResults.filter(({ status }) => status === 'passed').length;
  const failed = assertionResults.length - passed;
  process.stdout.write(`${name}: ${passed} passed, ${failed} failed (Node ${process.version})\n`);
  const file = process.argv.find((arg) => arg.startsWith('--outputFile='))?.slice('--outputFile='.length);
  const spec = {
    name: name.toLowerCase(),
    status: failed === 0 ? 'passed' : 'failed',
    assertionResults,
  };
  if (file) writeFileSync(file, `${JSON.stringify({ testResults: [spec] }, null, 2)}\n`);
  process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
}
