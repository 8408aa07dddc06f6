export { type Action, type Activation, activationKey } from './action.js';
export { applyRecord, fold } from './fold.js';
export * from './definition.js';
export { draft, decidedByCode, doneBySystem } from './draft.js';
export { definitionHash } from './definition-hash.js';
export { stepNamed } from './step-index.js';
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
} from './graph.js';
export { freePlaces, itemAt } from './items.js';
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
} from './budget.js';
export { amountInWords } from './amount-in-words.js';
export { plan, runDeadline } from './plan.js';
export { endingOf } from './plan-ending.js';
export { cancelledBy, chosenRoutes } from './plan-activation.js';
export * from './record.js';
export * from './record-facts.js';
export { recordTypes } from './record-types.js';
export * from './record-payloads.js';
export * from './review.js';
export { currentFormat, knownFormats } from './format.js';
export { callsToRepeat } from './calls-to-repeat.js';
export * from './run-state.js';
export * from './run-status.js';
export { activationAt, activations, stepOf, waitOf } from './state.js';
export { viewOf } from './view.js';
export * from './wait.js';
export { findLoopDeadlock, loopsOf } from './loops.js';
export { type ForkEdits, forkedDrafts, prefixBefore, takenOver } from './fork-records.js';
export { type Divergence, replay, type ReplayReport } from './replay.js';
export { stepsToReset } from './retry-reset.js';
