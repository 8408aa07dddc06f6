/** Everything but the tests that need a database: all others are run in memory, which is faster. */
const inMemory = ['--testNamePattern', String.raw`^(?!.*\(database\))`];
const flows = [String.raw`test/e2e/[^/]*\.spec`, ...inMemory];
const gates = ['test/e2e/gate', ...inMemory];

/**
 * Which specs are to detect a change to a folder of `lib/`: arguments of Jest, the nearest and fastest specs first.
 * A change that passes them all survives.
 */
export const specsOf = {
  gate: [['lib/gate'], gates, [String.raw`test/e2e/(attempts|retry|timeouts|delegate|cancel)`, ...inMemory]],
  workflow: [['lib/workflow', 'test/property', 'lib/discovery'], flows, gates],
  journal: [
    ['lib/journal', 'test/conformance/memory', 'lib/audit'],
    ['test/conformance/typeorm', 'test/conformance/group-commit', 'test/audit'],
    [String.raw`test/e2e/(crash|poison|find|payload|idempotency|retention|retry|late-message)`],
  ],
  engine: [['lib/engine'], flows, gates],
};
