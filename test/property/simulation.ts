import {
  type Activation,
  activationAt,
  activationKey,
  applyRecord,
  cancelledBy,
  draft,
  fold,
  isFinished,
  plan,
  type RecordDraft,
  type RecordPayloads,
  type RecordType,
  type RunRecord,
  type RunState,
  type WorkflowDefinition,
} from '../../lib/workflow/index.js';

/** Answers of a pretended world: pure, so that two simulations of one run meet the same outcomes. */
export interface World {
  /** Whether this attempt fails. */
  fails(activation: Activation): boolean;
  /** Which of the activations in flight ends next. */
  next(inFlight: readonly Activation[]): number;
  /** Whether the signal comes before its time is over. */
  signals(name: string): boolean;
}

export interface Ended {
  readonly records: readonly RunRecord[];
  readonly state: RunState;
  /** Every activation that was started, with the number of the last record at that time. */
  readonly started: readonly { readonly activation: Activation; readonly after: number }[];
}

const start = Date.parse('2026-01-01T00:00:00Z');
/** More rounds than any of the random workflows can need. */
const mostRounds = 5_000;

/** Runs a workflow without engine, clock or I/O: the records of a prefix, if any, then what plan says. */
export function simulate(
  definition: WorkflowDefinition,
  world: World,
  prefix?: readonly RunRecord[],
  timeOf = start,
): Ended {
  const records: RunRecord[] = prefix ? [...prefix] : [created(definition)];
  const state = fold(records);
  const started: { activation: Activation; after: number }[] = [];
  const inFlight = new Map<string, Activation>();
  let now = Math.max(timeOf, state.lastAt);
  const take = (drafts: readonly RecordDraft[]) => {
    for (const one of drafts) {
      const record: RunRecord = {
        ...one,
        runId: 'run',
        seq: state.seq + 1,
        salt: '',
        payloadHash: '',
        hash: '',
      };
      applyRecord(state, record);
      records.push(record);
    }
  };
  for (let round = 0; round < mostRounds; round += 1) {
    const actions = plan(definition, state, now);
    const decided = actions.flatMap((action) => (action.kind === 'record' ? [action.record] : []));
    for (const [key, activation] of inFlight) if (!isCurrent(state, activation)) inFlight.delete(key);
    const ends =
      actions.some((action) => action.kind === 'perform' && action.activation.phase === 'compensate') ||
      decided.some(({ type }) => isTerminal(type));
    if (ends)
      for (const [key, activation] of inFlight) if (activation.phase !== 'compensate') inFlight.delete(key);
    if (decided.length > 0) {
      take(decided);
      if (isFinished(state.status)) return { records, state, started };
      continue;
    }
    for (const action of actions) {
      if (action.kind !== 'perform' || inFlight.has(activationKey(action.activation))) continue;
      inFlight.set(activationKey(action.activation), action.activation);
      started.push({ activation: action.activation, after: state.seq });
    }
    const flying = [...inFlight.values()];
    if (flying.length > 0) {
      const activation = flying[world.next(flying) % flying.length];
      if (!activation) throw new Error('nothing in flight');
      inFlight.delete(activationKey(activation));
      now += 1;
      take(outcome(definition, world, activation, now));
      take(
        cancelledBy({ definition, state, now }, stepOf(definition, activation.step), activation.item).flatMap(
          (action) => (action.kind === 'record' && isCompleted(state, activation) ? [action.record] : []),
        ),
      );
      continue;
    }
    const waits = actions.flatMap((action) => (action.kind === 'wait' ? [action] : []));
    if (waits.length === 0)
      throw new Error(`stuck: ${JSON.stringify(records.map(({ type, step }) => `${type} ${step ?? ''}`))}`);
    const signal = waits.flatMap(({ wait }) =>
      wait.for === 'signal' && world.signals(wait.signal) ? [wait.signal] : [],
    )[0];
    if (signal !== undefined) {
      take([told(now, 'signal.received', { name: signal, payload: 1 })]);
      continue;
    }
    const times = waits.flatMap(({ until }) => (until === undefined ? [] : [Date.parse(until)]));
    if (times.length === 0) return { records, state, started };
    now = Math.max(now, Math.min(...times));
  }
  throw new Error('the run does not end');
}

export function created(definition: WorkflowDefinition): RunRecord {
  const payload = {
    workflow: definition.name,
    version: '1',
    definitionHash: definition.hash,
    format: 1,
    input: null,
  };
  return {
    ...told(start, 'run.created', payload),
    runId: 'run',
    seq: 1,
    salt: '',
    payloadHash: '',
    hash: '',
  } as RunRecord;
}

function outcome(
  definition: WorkflowDefinition,
  world: World,
  activation: Activation,
  now: number,
): RecordDraft[] {
  const { step, iteration, item, attempt, phase } = activation;
  const place = { step, iteration, ...(item === undefined ? {} : { item }), attempt };
  if (world.fails(activation)) {
    const { attempts } = stepOf(definition, step).retry;
    const final = attempt >= attempts;
    const error = { name: 'Error', message: 'it failed', code: 'USER' as const };
    const next = final ? {} : { nextAttemptAt: new Date(now + 10).toISOString() };
    return [told(now, 'step.failed', { error, phase, duration: 0, final, ...next }, place)];
  }
  if (phase === 'compensate') return [told(now, 'step.compensated', { duration: 0 }, place)];
  const routes = stepOf(definition, step).routes;
  // The output depends on nothing but the place: so it can't tell in which order branches came.
  const output = routes ? (routes[0] ?? '') : `${step}#${iteration}${item ?? ''}${phase}`;
  return [
    told(now, 'step.completed', { output, duration: 0, ...(routes ? { routes: [output] } : {}) }, place),
  ];
}

function isOver(status: string | undefined): boolean {
  return status === 'completed' || status === 'skipped';
}

function isCurrent(state: RunState, activation: Activation): boolean {
  if (activation.phase === 'compensate') return true;
  const step = state.steps.get(activation.step);
  const one = activationAt(state, activation);
  return step?.iteration === activation.iteration && !isOver(step.status) && !isOver(one?.status);
}

function isCompleted(state: RunState, activation: Activation): boolean {
  return state.steps.get(activation.step)?.status === 'completed';
}

function isTerminal(type: RecordType): boolean {
  return type === 'run.completed' || type === 'run.failed' || type === 'run.cancelled';
}

export function stepOf(definition: WorkflowDefinition, name: string) {
  const step = definition.steps.find((one) => one.name === name);
  if (!step) throw new Error(`no step ${name}`);
  return step;
}

function told<T extends RecordType>(
  now: number,
  type: T,
  payload: RecordPayloads[T],
  place = {},
): RecordDraft {
  return draft<RecordType>({ kind: 'code', id: 'test' }, now, type, payload, place) as RecordDraft;
}
