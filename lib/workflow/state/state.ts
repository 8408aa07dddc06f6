import { noUsage } from '../../values/index.js';
import type { RecordPlace, RunRecord } from '../records/record.js';
import type { ActivationState, RunState, StepState } from './run-state.js';
import type { LimitWait, Wait } from './wait.js';

/** What a run is before anything has happened in it. */
export function newRunState(record: RunRecord<'run.created'>): RunState {
  const created = record.payload;
  return {
    runId: record.runId,
    created,
    createdAt: record.at,
    input: created.input,
    status: 'pending',
    seq: record.seq,
    steps: new Map(),
    usage: noUsage,
    stepUsage: new Map(),
    stepRaises: new Map(),
    budget: created.budget ?? {},
    signals: [],
    reviews: new Map(),
    activeMs: 0,
    lastAt: Date.parse(record.at),
  };
}

export function newActivation(): ActivationState {
  return { status: 'pending', failures: 0, phase: 'perform', calls: noCalls, callDecisions: noDecisions };
}

/** Most activations make no calls: a map is made for those that do. */
const noCalls: ActivationState['calls'] = new Map();
const noDecisions: ActivationState['callDecisions'] = new Map();

/** The calls of an activation, to add to. */
export function callsOf(activation: ActivationState): ActivationState['calls'] {
  if (activation.calls === noCalls) activation.calls = new Map();
  return activation.calls;
}

export function callDecisionsOf(activation: ActivationState): ActivationState['callDecisions'] {
  if (activation.callDecisions === noDecisions) activation.callDecisions = new Map();
  return activation.callDecisions;
}

export function forgetCalls(activation: ActivationState): void {
  activation.calls = noCalls;
  activation.callDecisions = noDecisions;
}

/** The state of a step, made at its first mention: the fold knows no definition. */
export function stepOf(state: RunState, name: string): StepState {
  let step = state.steps.get(name);
  if (!step) {
    step = { ...newActivation(), name, iteration: 0, iterationsDone: 0, rejections: 0, pastIterations: [] };
    state.steps.set(name, step);
  }
  return step;
}

/** The activation that a record belongs to: a step, one of its items, or one of a former iteration. */
export function activationAt(state: RunState, place: RecordPlace): ActivationState | undefined {
  if (place.step === undefined) return undefined;
  const step = stepOf(state, place.step);
  if (place.iteration !== undefined && place.iteration !== step.iteration) {
    return step.pastIterations.find((one) => one.iteration === place.iteration && one.item === place.item)
      ?.activation;
  }
  if (place.item === undefined) return step;
  if (!step.items) return undefined;
  let item = step.items.states.get(place.item);
  if (!item) step.items.states.set(place.item, (item = newActivation()));
  return item;
}

/** Every activation of the current iterations. */
export function* activations(
  state: RunState,
): Generator<{ step: StepState; item?: number; activation: ActivationState }> {
  for (const step of state.steps.values()) {
    yield { step, activation: step };
    for (const [item, activation] of step.items?.states ?? []) yield { step, item, activation };
  }
}

/** The wait of that kind, if the activation has one. */
export function waitOf<Kind extends Wait['for']>(
  { waits }: ActivationState,
  kind: Kind,
): Extract<Wait, { readonly for: Kind }> | undefined {
  return waits?.find((wait): wait is Extract<Wait, { readonly for: Kind }> => wait.for === kind);
}

/** Its waits for limits that hold for many runs. */
export function limitWaitsOf({ waits }: ActivationState): readonly Extract<Wait, LimitWait>[] {
  return (waits ?? []).flatMap((wait) => ('limit' in wait ? [wait] : []));
}

/** Stands still no longer: something that it waited for is there. */
export function wakeUp(activation: ActivationState): void {
  clear(activation, 'waits', 'waitingSince');
  activation.status = 'pending';
}

/** What is not there is not deleted: to delete anything makes an object slow for good. */
export function clear(activation: ActivationState, ...keys: readonly Clearable[]): void {
  for (const key of keys) if (key in activation) delete activation[key];
}

type Clearable = 'turns' | 'waits' | 'waitingSince' | 'decision' | 'review' | 'error' | 'nextAttemptAt';

/** Begins the next iteration of a step; what it has completed stays on record for compensation. */
export function resetStep(step: StepState): void {
  const keep = (activation: ActivationState, item?: number) => {
    if (activation.status === 'completed' && activation.completedAt !== undefined)
      step.pastIterations.push({
        iteration: step.iteration,
        ...(item === undefined ? {} : { item }),
        activation: { ...activation },
      });
  };
  keep(step);
  for (const [item, activation] of step.items?.states ?? []) keep(activation, item);
  const previous = step.status === 'completed' ? step.output : step.previous;
  for (const key of [
    'output',
    'error',
    'nextAttemptAt',
    'waits',
    'waitingSince',
    'delayed',
    'signal',
    'timedOut',
    'turns',
    'decision',
    'review',
    'completedAt',
    'compensation',
    'items',
    'routes',
    'feedback',
    'previous',
  ] as const) {
    delete step[key];
  }
  Object.assign(step, newActivation());
  step.iteration += 1;
  if (previous !== undefined) step.previous = previous;
}
