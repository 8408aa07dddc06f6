import { availableParallelism } from 'node:os';

/** One suite for every database: `DATABASE_URL` chooses a PostgreSQL server, without it the in-process Postgres runs. */
export default {
  roots: ['<rootDir>/lib', '<rootDir>/test', '<rootDir>/sample-app'],
  testRegex: '\\.(spec|e2e-spec)\\.ts$',
  extensionsToTreatAsEsm: ['.ts'],
  testEnvironment: '<rootDir>/test/database/postgres-environment.mjs',
  testEnvironmentOptions: { customExportConditions: ['nestor-source', 'node', 'node-addons'] },
  // not the modules that libphonenumber-js has beside its JSON: `metadata.max.json.js`
  moduleNameMapper: { '^(\\.{1,2}/.*)(?<!\\.json)\\.js$': '$1' },
  testTimeout: 120_000,
  // Jest's own choice is one on two cores, and half the suite waits for a database anyway.
  maxWorkers: Math.max(2, Math.ceil(availableParallelism() / 2)),
  // Contexts of ES modules are not given back.
  workerIdleMemoryLimit: '1GB',
  testSequencer: '<rootDir>/test/order/longest-first.mjs',
  reporters: ['default', '<rootDir>/test/reporters/not-run.mjs'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          target: 'es2022',
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true },
          keepClassNames: true,
        },
        module: { type: 'es6' },
      },
    ],
  },
};
