import type { Action } from './action.js';
import type { StepDefinition, WorkflowDefinition } from '../definition/definition.js';
import { decidedByCode, doneBySystem } from '../records/draft.js';
import type { RecordPlace, RecordDraft, RecordType } from '../records/record.js';
import type { RecordPayloads } from '../records/record-payloads.js';
import type { RunState } from '../state/run-state.js';

/** What every part of planning reads. */
export interface Planning {
  readonly definition: WorkflowDefinition;
  readonly state: RunState;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

export function record<T extends RecordType>(
  { definition, now }: Planning,
  type: T,
  payload: RecordPayloads[T],
  place: RecordPlace = {},
): Action {
  // RecordDraft<T> is one member of RecordDraft; the compiler does not follow a generic T into the union.
  return {
    kind: 'record',
    record: decidedByCode(definition.name, now, type, payload, place) as unknown as RecordDraft,
  };
}

export function timerFired(
  planning: Planning,
  timer: RecordPayloads['timer.fired']['timer'],
  place: RecordPlace = {},
): Action {
  return { kind: 'record', record: doneBySystem('timer', planning.now, 'timer.fired', { timer }, place) };
}

/** ISO time that many milliseconds from now. */
export function later(planning: Planning, milliseconds: number): string {
  return new Date(planning.now + milliseconds).toISOString();
}

export function placeOf(
  planning: Planning,
  step: StepDefinition,
  item?: number,
): { step: string; iteration: number; item?: number } {
  const iteration = planning.state.steps.get(step.name)?.iteration ?? 0;
  return item === undefined ? { step: step.name, iteration } : { step: step.name, iteration, item };
}
