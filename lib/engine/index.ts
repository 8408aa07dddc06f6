export { Admission } from './start/admission.js';
export {
  type BudgetBalance,
  type BudgetScope,
  BudgetService,
  type RunBudgetScope,
} from './api/budget.service.js';
export type {
  RaiseOptions,
  SharedBalance,
  SharedBudgetScope,
  SharedHolders,
  SharedRaise,
} from './api/shared-budget-balances.js';
export { Engine, type EngineOptions, type EnginePorts } from './engine.js';
export { EngineLifecycle, periods } from './engine-lifecycle.js';
export { JournaledAgentRuns } from './api/agent-runs.js';
export { Orchestrator } from './api/orchestrator.js';
export { RetentionSweep } from './retention-sweep.js';
export { RunHandle } from './api/run-handle.js';
export type { ReplayOptions } from './history/run-replay.js';
export { RunHandles } from './api/run-handles.js';
export { RunLauncher } from './start/run-launcher.js';
export type { RunResult } from './api/run-result.js';
export type { StartOptions } from './api/start-options.js';
export { Timers } from './timers.js';
export { EventEmitterLocator } from './observe/event-emitter-locator.js';
export { CronTriggers } from './triggers/cron-triggers.js';
export { EventTriggers } from './triggers/event-triggers.js';
export type { StreamOptions } from './observe/run-stream.js';
