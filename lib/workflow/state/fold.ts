import { foldCall } from './fold-call.js';
import { foldReview } from './fold-review.js';
import { foldRun } from './fold-run.js';
import { foldStep } from './fold-step.js';
import type { RunRecord } from '../records/record.js';
import type { RunState } from './run-state.js';
import { newRunState } from './state.js';

/** The state of a run: its records, one after another. The first is `run.created`. */
export function fold(records: readonly RunRecord[]): RunState {
  const [first, ...rest] = records;
  if (first?.type !== 'run.created')
    throw new Error(`the records of a run begin with run.created, not ${first?.type ?? 'nothing'}`);
  const state = newRunState(first);
  for (const record of rest) applyRecord(state, record);
  return state;
}

/** Takes one more record into a state. */
export function applyRecord(state: RunState, record: RunRecord): void {
  const at = Date.parse(record.at);
  foldRun(state, record, at);
  foldStep(state, record);
  foldCall(state, record);
  foldReview(state, record);
  state.seq = record.seq;
  state.lastAt = Math.max(state.lastAt, at);
}
