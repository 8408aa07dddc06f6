export { type Action, type Activation, activationKey } from './plan/action.js';
export { applyRecord, fold } from './state/fold.js';
export * from './definition/definition.js';
export { draft, decidedByCode, doneBySystem } from './records/draft.js';
export { definitionHash } from './definition/definition-hash.js';
export { stepNamed } from './definition/step-index.js';
export {
  ancestors,
  descendants,
  findCycle,
  followers,
  type Graph,
  type GraphStep,
  lastSteps,
  loopRegion,
  resultStep,
  topologicalOrder,
} from './definition/graph.js';
export { freeSlots, itemAt } from './state/items.js';
export {
  addAmounts,
  type Amounts,
  amountsOf,
  exceeds,
  childReservationsOf,
  nothingOf,
  nothingUsed,
  raised,
  restOf,
  sharersOf,
  childBudgetOf,
} from './state/budget.js';
export { amountInWords } from './amount-in-words.js';
export { plan, runDeadline } from './plan/plan.js';
export { endingOf } from './plan/plan-ending.js';
export { cancelledBy, chosenRoutes } from './plan/plan-activation.js';
export * from './records/record.js';
export * from './records/record-facts.js';
export * from './records/record-payloads.js';
export * from './review.js';
export { reviewRequest } from './review-request.js';
export { currentFormat, knownFormats } from './records/format.js';
export { callsToRepeat } from './history/calls-to-repeat.js';
export * from './state/run-state.js';
export * from './state/run-status.js';
export { activationAt, activations, limitWaitsOf, stepOf, waitOf } from './state/state.js';
export { viewOf } from './state/view.js';
export * from './state/wait.js';
export { findLoopDeadlock, loopsOf } from './plan/loops.js';
export { type ForkEdits, forkedDrafts, prefixBefore, takenOver } from './history/fork-records.js';
export { type Divergence, replay, type ReplayReport } from './history/replay.js';
export type {
  AttemptDetails,
  CallDetails,
  OpenReview,
  RunDetails,
  StepDetails,
} from './history/run-details.js';
export { detailsOf } from './history/details-of.js';
export { stepsToReset } from './history/retry-reset.js';
export type { MessageReference } from './records/record-payloads.js';
export type { RecordDraft, RecordPlace } from './records/record.js';
export type {
  BudgetRaise,
  BudgetUnit,
  CallFacts,
  ReviewRequested,
  RunBudget,
  RunCreated,
  StepPhase,
} from './records/record-facts.js';
export {
  type FieldUpdate,
  fieldValue,
  type Reducer,
  type StateDefinition,
} from './definition/state-definition.js';
export { type AgentLoop, agentLoops } from './state/agent-loops.js';
export { shaperOf } from './state/fold-run.js';
