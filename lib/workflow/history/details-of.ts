import { given } from '../../values/index.js';
import type { RunRecord } from '../records/record.js';
import { fold } from '../state/fold.js';
import type { ActivationStatus, RunState, StepState } from '../state/run-state.js';
import { activations } from '../state/state.js';
import type { Wait } from '../state/wait.js';
import type { AttemptDetails, CallDetails, RunDetails, StepDetails } from './run-details.js';

/**
 * Reads everything that the records of a run tell.
 * @param records of one run, from its first one on
 * @param names of the steps of its definition, where that is known: those that have not begun are told of, too
 */
export function detailsOf(records: readonly RunRecord[], names: readonly string[] = []): RunDetails {
  const state = fold(records);
  const { created, steps } = state;
  const told = new Map<string, RunRecord[]>();
  for (const record of records) {
    if (record.step === undefined) continue;
    const ofStep = told.get(record.step);
    if (ofStep) ofStep.push(record);
    else told.set(record.step, [record]);
  }
  return {
    runId: state.runId,
    workflow: created.workflow,
    version: created.version,
    status: state.status,
    records: records.length,
    createdAt: state.createdAt,
    updatedAt: records.at(-1)?.at ?? state.createdAt,
    input: state.input,
    usage: state.usage,
    budget: state.budget,
    waits: [...activations(state)].flatMap(({ activation }) => activation.waits ?? []),
    reviews: [...state.reviews.values()],
    signals: state.signals.map(({ name }) => name),
    steps: [...new Set([...steps.keys(), ...names])].map((name) =>
      stepDetails(name, state, told.get(name) ?? []),
    ),
    ...given({
      principal: created.principal,
      parent: created.parent,
      output: state.output,
      error: state.error,
    }),
  };
}

/** @param told the records that name the step */
function stepDetails(name: string, state: RunState, told: readonly RunRecord[]): StepDetails {
  const own = state.steps.get(name);
  const calls = new Map<string, CallDetails>();
  for (const record of told) {
    const call = callDetails(record);
    if (call) calls.set(call.key, { ...calls.get(call.key), ...call });
  }
  return {
    name,
    status: own?.status ?? 'pending',
    iteration: own?.iteration ?? 0,
    waits: own ? waitsOfStep(own) : [],
    attempts: told.flatMap((record) => attemptDetails(record) ?? []),
    calls: [...calls.values()],
    ...given({
      output: own?.output,
      error: own?.error,
      nextAttemptAt: own?.nextAttemptAt,
      usage: state.stepUsage.get(name),
      items: own?.items && itemCounts(own.items),
    }),
  };
}

/** With those of its items. */
function waitsOfStep({ waits, items }: StepState): Wait[] {
  const ofItems = [...(items?.states.values() ?? [])].flatMap((item) => item.waits ?? []);
  return [...(waits ?? []), ...ofItems];
}

function itemCounts({ count, states }: NonNullable<StepState['items']>): NonNullable<StepDetails['items']> {
  const counts: { [status in ActivationStatus]?: number } = {};
  for (const { status } of states.values()) counts[status] = (counts[status] ?? 0) + 1;
  return { count, ...counts };
}

function attemptDetails(record: RunRecord): AttemptDetails | undefined {
  const { iteration = 0, item, attempt = 1, at } = record;
  const place = { iteration, ...given({ item }), attempt, at };
  switch (record.type) {
    case 'step.completed': {
      const { duration, via } = record.payload;
      const phase = via === 'fallback' ? 'fallback' : 'perform';
      return { ...place, phase, outcome: 'completed', duration };
    }
    case 'step.failed': {
      const { duration, phase, error, interrupted } = record.payload;
      return { ...place, phase, outcome: interrupted ? 'interrupted' : 'failed', duration, error };
    }
    case 'step.compensated':
      return { ...place, phase: 'compensate', outcome: 'compensated', duration: record.payload.duration };
    case 'step.waiting':
      // What waits for its time or a signal has not begun an attempt.
      return record.attempt === undefined ? undefined : { ...place, phase: 'perform', outcome: 'waiting' };
    default:
      return undefined;
  }
}

function callDetails(record: RunRecord): CallDetails | undefined {
  if (record.type !== 'call.intended' && record.type !== 'call.completed' && record.type !== 'call.failed')
    return undefined;
  const { iteration = 0, item, attempt = 1, at, payload } = record;
  const { key, kind, name, effect, within } = payload;
  return {
    key,
    kind,
    name,
    effect,
    iteration,
    attempt,
    at,
    status: statusOf(record),
    ...given({
      within,
      item,
      arguments: payload.arguments,
      result: 'result' in payload ? payload.result : undefined,
      error: 'error' in payload ? payload.error : undefined,
      usage: 'usage' in payload ? payload.usage : undefined,
      duration: 'duration' in payload ? payload.duration : undefined,
      reviewId: 'reviewId' in payload ? payload.reviewId : undefined,
    }),
  };
}

function statusOf(
  record: RunRecord<'call.intended' | 'call.completed' | 'call.failed'>,
): CallDetails['status'] {
  if (record.type === 'call.intended') return 'intended';
  if (record.type === 'call.completed') return 'completed';
  return record.payload.inDoubt ? 'in-doubt' : 'failed';
}
