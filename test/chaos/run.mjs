import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';

// The long version of the fault harness, on servers of its own: `npm run chaos -- --minutes N [--dispatcher bullmq] [--pooled]`.
const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    dispatcher: { type: 'string', default: 'in-process,bullmq' },
    /** The workers reach the database through PgBouncer, in transaction mode. */
    pooled: { type: 'boolean', default: false },
  },
});
const jest = ['node_modules/jest/bin/jest.js', '--testRegex', String.raw`test/chaos/long\.chaos\.ts$`, '-i'];
const node = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
const { status } = spawnSync(process.execPath, [...node, ...jest, '--reporters', 'default'], {
  stdio: 'inherit',
  env: {
    ...process.env,
    CHAOS_MINUTES: values.minutes,
    CHAOS_DISPATCHER: values.dispatcher,
    CHAOS_POOLED: String(values.pooled),
  },
});
process.exitCode = status ?? 1;
