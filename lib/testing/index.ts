export { type CrashPoint, HarnessFailPoints, SimulatedCrash } from './harness-fail-points.js';
export { type HarnessOptions, OrchestrationHarness } from './orchestration-harness.js';
export { OrchestrationTestingModule } from './orchestration-testing.module.js';
export { type ScriptedCall, ScriptedModel } from './scripted-model.js';
export { TestClock } from './test-clock.js';
