export { FailPoints, type FailPoint } from '../journal/index.js';
export type { HarnessDecision, HarnessReviews } from './harness-reviews.js';
export { Cassette, type CassetteOptions } from './cassette.js';
export {
  type CrashOptions,
  type CrashPoint,
  /** @deprecated Use `HarnessFailPoints`. */
  HarnessFailPoints as CrashPoints,
  HarnessFailPoints,
  SimulatedCrash,
} from './harness-fail-points.js';
export { type HarnessOptions, OrchestrationHarness } from './orchestration-harness.js';
export { OrchestrationTestingModule } from './orchestration-testing.module.js';
export { type ScriptedCall, ScriptedModel } from './scripted-model.js';
export type { ScriptedReply, ScriptedToolCall } from './scripted-answer.js';
export type { PromptMatcher, ReplySource, ScriptedRule } from './scripted-rule.js';
export { TestClock } from './test-clock.js';
