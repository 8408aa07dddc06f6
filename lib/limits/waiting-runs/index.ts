export { MemoryWaitingRuns } from './memory-waiting-runs.js';
export { TypeOrmWaitingRuns } from './typeorm-waiting-runs.js';
export { type WaitingRun, WaitingRuns } from './waiting-runs.js';
