/** Everything but the tests that need a database: all others are run in memory, which is faster. */
const inMemory = ['--testNamePattern', String.raw`^(?!.*\(database\))`];
const flows = String.raw`test/e2e/[^/]*\.spec`;
const gates = 'test/e2e/gate';

/**
 * Which specs are to detect a change to a folder of `lib/`: patterns of their paths, and Jest's arguments for them. Of these,
 * those are run that execute the changed line; a change that passes them all survives.
 */
export const specsOf = {
  gate: [
    {
      paths: ['lib/gate', gates, String.raw`test/e2e/(attempts|retry|timeouts|delegate|cancel)`],
      manner: inMemory,
    },
  ],
  workflow: [{ paths: ['lib/workflow', 'test/property', 'lib/discovery', flows, gates], manner: inMemory }],
  journal: [
    {
      paths: [
        'lib/journal',
        'lib/audit',
        'test/conformance/(memory|typeorm|group-commit)',
        'test/audit',
        String.raw`test/e2e/(crash|poison|find|payload|idempotency|retention|retry|late-message|transactional|unwritable)`,
      ],
      manner: [],
    },
  ],
  engine: [{ paths: ['lib/engine', flows, gates], manner: inMemory }],
};
