import type { JsonValue } from '../../values/index.js';
import type { RunRecord } from '../records/record.js';
import type { RecordPayloads } from '../records/record-payloads.js';
import type { ActivationState, RunState, StepState } from './run-state.js';
import {
  activationAt,
  clear,
  forgetCalls,
  newActivation,
  resetStep,
  stepOf,
  waitOf,
  wakeUp,
} from './state.js';
import { dropUpdatesOf } from './state-updates.js';
import type { Wait } from './wait.js';
import { callsToRepeat } from '../history/calls-to-repeat.js';

/** What concerns steps and the items of a `forEach`. */
export function foldStep(state: RunState, record: RunRecord): void {
  const activation = activationAt(state, record);
  if (!activation || record.step === undefined) return;
  switch (record.type) {
    case 'step.completed':
      return complete(activation, record, record.item === undefined ? stepOf(state, record.step) : undefined);
    case 'step.failed':
      return fail(state, activation, record.payload);
    case 'step.skipped':
      activation.status = 'skipped';
      dropUpdatesOf(state, activation.calls.keys());
      clear(activation, 'waits');
      return;
    case 'step.waiting':
      return startWaiting(state, activation, record);
    case 'step.repeated':
      return repeat(state, record.step, record.payload);
    case 'step.compensated':
      activation.compensation = { failures: 0, outcome: 'done' };
      return forgetCalls(activation);
    case 'items.listed': {
      const { count, hash, collect } = record.payload;
      const states = new Map(Array.from({ length: count }, (_, index) => [index, newActivation()] as const));
      stepOf(state, record.step).items = { count, hash, collect, states };
      return;
    }
    case 'timer.fired':
      if (record.payload.timer === 'delay') activation.delayed = true;
      if (record.payload.timer === 'signal') activation.timedOut = true;
      return wakeUp(activation);
    default:
      return;
  }
}

function complete(
  activation: ActivationState,
  record: RunRecord<'step.completed'>,
  step: StepState | undefined,
): void {
  activation.status = 'completed';
  activation.completedAt = record.seq;
  forgetCalls(activation);
  const output = step?.items ? outputOfItems(step.items) : record.payload.output;
  if (output !== undefined) activation.output = output;
  if (step && record.payload.routes) step.routes = record.payload.routes;
  clear(activation, 'waits', 'decision', 'review', 'error', 'nextAttemptAt', 'turns');
}

/** The step's own record does not repeat what its items' records hold. */
function outputOfItems(items: NonNullable<StepState['items']>): JsonValue {
  return Array.from({ length: items.count }, (_, index) => {
    const item = items.states.get(index);
    if (!items.collect) return item?.output ?? null;
    return item?.status === 'failed'
      ? { status: 'failed', error: item.error as unknown as JsonValue }
      : { status: 'completed', value: item?.output ?? null };
  });
}

function fail(state: RunState, activation: ActivationState, payload: RecordPayloads['step.failed']): void {
  if (payload.interrupted) return;
  const { nextAttemptAt } = payload;
  if (payload.phase === 'compensate') {
    activation.compensation = {
      failures: (activation.compensation?.failures ?? 0) + 1,
      error: payload.error,
      ...(nextAttemptAt === undefined ? {} : { nextAttemptAt }),
      ...(payload.final ? { outcome: 'failed' as const } : {}),
    };
    return forgetHarmless(state, activation);
  }
  clear(activation, 'turns');
  activation.failures = activation.phase === payload.phase ? activation.failures + 1 : 1;
  activation.phase = payload.phase;
  activation.error = payload.error;
  activation.status = payload.final ? 'failed' : 'pending';
  delete activation.waits;
  // That the step may begin holds for all its attempts; an answer about an output is used up.
  if (activation.review?.kind !== 'before') delete activation.decision;
  delete activation.nextAttemptAt;
  if (nextAttemptAt !== undefined) activation.nextAttemptAt = nextAttemptAt;
  if (payload.final) dropUpdatesOf(state, activation.calls.keys());
  forgetHarmless(state, activation);
}

function forgetHarmless(state: RunState, activation: ActivationState): void {
  const again = callsToRepeat([...activation.calls.values()]).map(({ key }) => key);
  for (const key of again) activation.calls.delete(key);
  dropUpdatesOf(state, again);
}

function startWaiting(
  state: RunState,
  activation: ActivationState,
  { seq, payload: { waits } }: RunRecord<'step.waiting'>,
): void {
  activation.status = 'waiting';
  activation.waits = waits;
  activation.waitingSince = seq;
  for (const wait of waits) {
    if ('limit' in wait) state.isLimited = true;
    if (wait.for === 'timer' && wait.call !== undefined)
      (activation.turns ??= new Map()).set(wait.call, wait.until);
  }
  // What it waits for may have come while other calls of the attempt were still in flight.
  if (waits.some((wait) => isOver(state, activation, wait))) return wakeUp(activation);
  const awaited = waitOf(activation, 'signal');
  const early = awaited ? state.signals.findIndex(({ name }) => name === awaited.signal) : -1;
  if (early < 0) return;
  const [signal] = state.signals.splice(early, 1);
  wakeUp(activation);
  activation.signal = signal?.payload === undefined ? {} : { payload: signal.payload };
}

function isOver(state: RunState, activation: ActivationState, wait: Wait): boolean {
  if (wait.for === 'review') return !state.reviews.has(wait.reviewId);
  if (wait.for === 'budget') return (state.budgetsEased ?? 0) > (wait.since ?? Infinity);
  if ('limit' in wait) return (state.limitsEased?.get(wait.limit) ?? 0) > wait.since;
  if (wait.for !== 'run') return false;
  const status = activation.calls.get(wait.key)?.status;
  return status === 'completed' || status === 'failed';
}

function repeat(state: RunState, by: string, payload: RecordPayloads['step.repeated']): void {
  for (const name of payload.region) {
    const step = stepOf(state, name);
    resetStep(step);
    if (payload.feedback !== undefined) step.feedback = payload.feedback;
    if (name !== by) Object.assign(step, { iterationsDone: 0, rejections: 0 } satisfies Partial<StepState>);
  }
  const repeater = stepOf(state, by);
  if (payload.reason === 'repeat') repeater.iterationsDone += 1;
  else repeater.rejections += 1;
}
