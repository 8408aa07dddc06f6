import { relative } from 'node:path';

/** The services that tests may want. */
const services = { DATABASE_URL: 'a PostgreSQL server', REDIS_URL: 'a Redis server', CHROMIUM: 'a Chromium' };

/**
 * Says at the end of a run on what it ran, and which tests it left out. Where every service is there, a test that was
 * left out fails the run: what is always skipped is not a test.
 */
export default class NotRunReporter {
  constructor({ rootDir, testNamePattern }) {
    this.rootDir = rootDir;
    // What the caller filtered out by name is not left out.
    this.isFiltered = Boolean(testNamePattern);
    this.leftOut = [];
  }

  onRunComplete(_contexts, { testResults }) {
    if (this.isFiltered) return;
    this.leftOut = testResults.flatMap(({ testFilePath, testResults: tests }) =>
      tests
        .filter(({ status }) => status !== 'passed' && status !== 'failed')
        .map(({ fullName }) => `${relative(this.rootDir, testFilePath)}: ${fullName}`),
    );
    const database = process.env['DATABASE_URL']
      ? 'the server that DATABASE_URL names'
      : 'the in-process Postgres';
    print(`\nDatabase: ${database}`);
    if (this.leftOut.length === 0) return;
    const wanting = missing().map((name) => `${services[name]} (${name})`);
    const reason = wanting.length === 0 ? 'though every service is here' : `not here: ${wanting.join(', ')}`;
    print(`NOT RUN: ${this.leftOut.length} test(s), ${reason}`);
    for (const name of this.leftOut) print(`  ${name}`);
  }

  getLastError() {
    if (this.leftOut.length === 0 || missing().length > 0) return undefined;
    // Jest fails the run for it, and does not print it.
    return new Error(`${this.leftOut.length} test(s) were not run`);
  }
}

function missing() {
  return Object.keys(services).filter((name) => !process.env[name]);
}

function print(line) {
  process.stderr.write(`${line}\n`);
}
