import { addUsage, noUsage, type Usage } from '../../values/index.js';
import type { RunRecord } from '../records/record.js';
import type { ActivationState, RememberedCall, RunState } from './run-state.js';
import { takeSaid } from './agent-loops.js';
import { addUpdate } from './state-updates.js';
import { activationAt, callsOf, waitOf, wakeUp } from './state.js';

/** The call memory, and what calls have used. */
export function foldCall(state: RunState, record: RunRecord): void {
  switch (record.type) {
    case 'call.intended':
    case 'call.completed':
    case 'call.failed':
      break;
    case 'call.diverged':
      return diverge(state, record);
    default:
      return;
  }
  if (record.type !== 'call.intended' && record.payload.usage) use(state, record.step, record.payload.usage);
  const activation = activationAt(state, record);
  // What a step has called is of no use once it has completed; then the map is its compensation's.
  if (!activation || (activation.status === 'completed' && record.payload.phase !== 'compensate')) return;
  if (record.type !== 'call.intended' && record.payload.late)
    return applyLateOutcome(state, activation, record);
  if (record.type === 'call.completed') {
    addUpdate(state, record);
    takeSaid(state, record);
    if (record.payload.kind === 'agent') (state.endedAgents ??= new Set()).add(record.payload.key);
  }
  if (wasCutOff(record)) callsOf(activation).delete(record.payload.key);
  else callsOf(activation).set(record.payload.key, remembered(record));
  if (record.type !== 'call.intended' && waitOf(activation, 'run')?.key === record.payload.key)
    wakeUp(activation);
}

/** An attempt that claims the new call later has also claimed the one that it replaces. */
function diverge(state: RunState, record: RunRecord<'call.diverged'>): void {
  const { remembered: key, name, argumentsHash, occurrence, within } = record.payload;
  const call = activationAt(state, record)?.calls.get(key);
  const asked = { name, argumentsHash, occurrence, ...(within === undefined ? {} : { within }) };
  if (call) call.divergedTo = asked;
}

/** A late outcome counts where nothing else is known yet, and answers the question that was put to a person. */
function applyLateOutcome(
  state: RunState,
  activation: ActivationState,
  record: RunRecord<'call.completed' | 'call.failed'>,
): void {
  const { key, reviewId } = record.payload;
  const known = activation.calls.get(key);
  if (known?.status !== 'intended' && known?.status !== 'in-doubt') return;
  const learnt = remembered(record);
  callsOf(activation).set(key, learnt.status === 'completed' ? { ...learnt, status: 'reported' } : learnt);
  if (reviewId === undefined || !state.reviews.delete(reviewId)) return;
  if (waitOf(activation, 'review')) wakeUp(activation);
}

/** Ended with its attempt, or was stopped before it began, by no fault of its own: the next attempt makes it again. */
function wasCutOff(record: RunRecord<'call.intended' | 'call.completed' | 'call.failed'>): boolean {
  if (record.type !== 'call.failed') return false;
  const { error, inDoubt, performed } = record.payload;
  return (error.code === 'STEP_CLOSED' || error.code === 'KILL_SWITCH') && !inDoubt && !performed;
}

function remembered(record: RunRecord<'call.intended' | 'call.completed' | 'call.failed'>): RememberedCall {
  const { key, kind, name, argumentsHash, occurrence, effect } = record.payload;
  const call: RememberedCall = {
    key,
    kind,
    name,
    argumentsHash,
    occurrence,
    effect,
    seq: record.seq,
    attempt: record.attempt ?? 1,
    status: 'intended',
  };
  for (const fact of ['phase', 'within', 'position', 'onInDoubt', 'reviewers'] as const)
    if (record.payload[fact] !== undefined) Object.assign(call, { [fact]: record.payload[fact] });
  if (record.payload.arguments !== undefined) call.arguments = record.payload.arguments;
  if (record.type !== 'call.intended' && record.payload.usage) call.usage = record.payload.usage;
  if (record.type === 'call.completed') {
    call.status = 'completed';
    if (record.payload.result !== undefined) call.result = record.payload.result;
  }
  if (record.type === 'call.failed') {
    call.status = record.payload.inDoubt ? 'in-doubt' : 'failed';
    call.error = record.payload.error;
    if (record.payload.performed) call.performed = true;
    if (record.payload.reviewId !== undefined) call.decided = true;
  }
  return call;
}

/** Adds to what the run and the step have used. */
export function use(state: RunState, step: string | undefined, usage: Usage): void {
  state.usage = addUsage(state.usage, usage);
  if (step !== undefined) state.stepUsage.set(step, addUsage(state.stepUsage.get(step) ?? noUsage, usage));
}
