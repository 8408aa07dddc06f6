import type { RunRecord } from '../records/record.js';
import type { RecordedUpdate } from '../definition/state-definition.js';
import type { RunState } from './run-state.js';

/** Takes in an update of a shared state. */
export function addUpdate(state: RunState, record: RunRecord<'call.completed'>): void {
  const { kind, name, key, arguments: args } = record.payload;
  if (kind !== 'state' || name !== 'update') return;
  // What a handle of a shared state has put there.
  const { state: shared, field, update } = args as unknown as RecordedUpdate;
  const { seq, step, iteration, item } = record;
  state.updates = [
    ...(state.updates ?? []),
    { seq, state: shared, field, update, key, step, iteration, item },
  ];
}

/** Updates of calls that are made again, or that came to nothing. */
export function dropUpdatesOf(state: RunState, keys: Iterable<string>): void {
  if (!state.updates) return;
  const dropped = new Set(keys);
  state.updates = state.updates.filter(({ key }) => !dropped.has(key));
}

/** All that a step has updated in its current iteration. */
export function dropUpdatesOfStep(state: RunState, step: string, iteration: number): void {
  if (!state.updates) return;
  state.updates = state.updates.filter((one) => one.step !== step || (one.iteration ?? 0) !== iteration);
}
