import { addAmounts, nothingUsed, raised } from './budget.js';
import { type RunRecord } from '../records/record.js';
import type { BudgetRaise } from '../records/record-facts.js';
import type { MessageReference } from '../records/record-payloads.js';
import type { ActivationState, RunState, StepState } from './run-state.js';
import { dropUpdatesOfStep } from './state-updates.js';
import { activations, limitWaitsOf, resetStep, stepOf, waitOf, wakeUp } from './state.js';

/** What concerns the run as a whole. `at`: the record's time, in milliseconds. */
export function foldRun(state: RunState, record: RunRecord, at: number): void {
  markApplied(state, record.payload);
  addShaper(state, record);
  switch (record.type) {
    case 'run.started':
      state.status = 'running';
      state.activeSince = at;
      return;
    case 'run.waiting':
      state.status = 'waiting';
      return endActivePeriod(state, at);
    case 'run.paused':
      state.status = 'paused';
      return endActivePeriod(state, at);
    case 'run.resumed':
      state.status = 'running';
      // A stretch that nobody ended was cut by a crash: it lasted until the last thing that is known of it.
      endActivePeriod(state, state.lastAt);
      state.activeSince = at;
      return;
    case 'input.accepted':
      state.input = record.payload.input;
      state.inputDecided = true;
      delete state.editedInput;
      return;
    case 'run.completed':
      if (record.payload.output !== undefined) state.output = record.payload.output;
      return finish(state, 'completed', at);
    case 'run.failed':
      state.error = record.payload.error;
      return finish(state, 'failed', at);
    case 'run.cancelled':
      return finish(state, 'cancelled', at);
    case 'run.retried':
      return retry(state, record.payload.reset);
    case 'message.received': {
      const { message: id = '', text, call } = record.payload;
      state.said = [...(state.said ?? []), { id, text, call }];
      return;
    }
    case 'signal.received':
      return takeSignal(state, record.payload);
    case 'cancel.requested':
      state.ending ??= { status: 'cancelled', reason: record.payload.reason };
      return;
    case 'pause.requested':
      state.paused = { reason: record.payload.reason ?? 'paused by an operator' };
      return;
    case 'resume.requested':
      delete state.paused;
      for (const { activation } of activations(state)) if (waitOf(activation, 'resume')) wakeUp(activation);
      return retryBudgetWaits(state, record.seq);
    case 'budget.raised':
      raise(state, record.step, record.payload);
      return retryBudgetWaits(state, record.seq);
    case 'limit.eased':
      return easeLimit(state, record.payload, record.seq);
    case 'timer.fired':
      if (record.payload.timer === 'run.timeout') {
        state.ending ??= {
          status: 'failed',
          error: {
            name: 'StepTimeoutError',
            code: 'STEP_TIMEOUT',
            message: `${state.created.workflow} has been active for longer than its timeout. Raise \`timeout\` of @Workflow, or make its steps quicker.`,
          },
        };
      }
      return;
    default:
      return;
  }
}

function addShaper(state: RunState, record: RunRecord): void {
  const shaper = shaperOf(record);
  if (shaper !== undefined) (state.shapers ??= new Set()).add(shaper);
}

/**
 * Id of the person who shapes a run by what a record tells: who retries it, sends it a signal or says more to its agents, and who
 * writes something in place of what it proposes.
 */
export function shaperOf({ type, actor, payload }: RunRecord): string | undefined {
  const isShaping =
    type === 'run.retried' ||
    type === 'signal.received' ||
    type === 'message.received' ||
    (type === 'review.decided' && (payload.choice === 'edit' || payload.choice === 'answer'));
  return isShaping && actor.kind === 'person' ? actor.id : undefined;
}

/** Whatever a record tells of a message: one that comes again is not told of again. */
function markApplied(state: RunState, payload: RunRecord['payload']): void {
  // Nothing else in a payload has this name.
  const { message } = payload as MessageReference;
  if (message !== undefined) (state.appliedMessages ??= new Set()).add(message);
}

/** Calls that a budget has stopped may try again. */
function retryBudgetWaits(state: RunState, seq: number): void {
  state.budgetsEased = seq;
  for (const { activation } of activations(state)) if (waitOf(activation, 'budget')) wakeUp(activation);
}

/** Calls that a limit has stopped may try again. */
function easeLimit(
  state: RunState,
  { limit, count }: RunRecord<'limit.eased'>['payload'],
  seq: number,
): void {
  (state.limitsEased ??= new Map()).set(limit, seq);
  const stopped = [...activations(state)]
    .map(({ activation }) => activation)
    .filter((activation) => limitWaitsOf(activation).some((wait) => wait.limit === limit))
    .toSorted((a, b) => (a.waitingSince ?? 0) - (b.waitingSince ?? 0));
  for (const activation of stopped.slice(0, count)) wakeUp(activation);
}

/** What has no limit needs none raised. */
function raise(state: RunState, step: string | undefined, more: BudgetRaise): void {
  if (step === undefined) {
    state.budget = raised(state.budget, more);
    return;
  }
  const before = addAmounts(nothingUsed, state.stepRaises.get(step) ?? {});
  state.stepRaises.set(step, addAmounts(before, more));
}

function endActivePeriod(state: RunState, at: number): void {
  if (state.activeSince === undefined) return;
  state.activeMs += Math.max(0, at - state.activeSince);
  delete state.activeSince;
}

function finish(state: RunState, status: 'completed' | 'failed' | 'cancelled', at: number): void {
  state.status = status;
  delete state.paused;
  state.reviews.clear();
  endActivePeriod(state, at);
}

/** Steps of the reset that had completed begin a new iteration; the others get their attempts back. */
function retry(state: RunState, reset: readonly string[]): void {
  state.status = 'pending';
  state.activeMs = 0;
  delete state.ending;
  delete state.error;
  delete state.endedAgents;
  for (const name of reset) {
    const step = stepOf(state, name);
    dropUpdatesOfStep(state, name, step.iteration);
    Object.assign(step, { iterationsDone: 0, rejections: 0 } satisfies Partial<StepState>);
    if (step.status === 'completed' || step.status === 'skipped') {
      resetStep(step);
      continue;
    }
    for (const activation of [step, ...(step.items?.states.values() ?? [])]) {
      if (activation.status === 'completed') continue;
      Object.assign(activation, {
        status: 'pending',
        phase: 'perform',
        failures: 0,
      } satisfies Partial<ActivationState>);
      activation.revived = (activation.revived ?? 0) + 1;
      for (const key of ['error', 'nextAttemptAt', 'waits', 'timedOut', 'decision', 'review'] as const)
        delete activation[key];
    }
  }
}

/** The step that has waited longest takes it; without one it is kept. */
function takeSignal(state: RunState, signal: RunState['signals'][number]): void {
  const [first] = [...activations(state)]
    .map(({ activation }) => activation)
    .filter((activation) => waitOf(activation, 'signal')?.signal === signal.name)
    // By the journal, not by the order of a map: after a restart it has to be the same one.
    .toSorted((a, b) => (a.waitingSince ?? 0) - (b.waitingSince ?? 0));
  if (!first) {
    state.signals.push(signal);
    return;
  }
  wakeUp(first);
  first.signal = signal.payload === undefined ? {} : { payload: signal.payload };
}
