import { hashOf } from '../../values/index.js';
import { type Action, type Activation, activationKey } from '../plan/action.js';
import type { WorkflowDefinition } from '../definition/definition.js';
import { applyRecord } from '../state/fold.js';
import { plan } from '../plan/plan.js';
import type { RecordType, RunRecord } from '../records/record.js';
import type { RecordPayloads } from '../records/record-payloads.js';
import { newRunState } from '../state/state.js';

/** One place where today's code would have decided otherwise. */
export interface Divergence {
  /** Number of the record that today's code does not lead to; of the last record, where it wants more. */
  readonly seq: number;
  readonly step?: string;
  readonly recorded: string;
  /** What it would do at that point. */
  readonly planned: readonly string[];
}

export interface ReplayReport {
  readonly runId: string;
  readonly records: number;
  /** Attempts whose methods were run again; absent where none was to be. */
  readonly bodies?: number;
  readonly divergences: readonly Divergence[];
}

/** Decisions that the plan takes by itself: each of these in the journal must be what the plan says at that point. */
const decided: ReadonlySet<RecordType> = new Set<RecordType>([
  'step.skipped',
  'step.repeated',
  'items.listed',
  'run.completed',
  'run.failed',
  'run.cancelled',
]);

/**
 * Walks a recorded run and asks today's definition at each record whether it would have come to it.
 * Pure: no step, no call, no effect; recorded outcomes stand for the world.
 */
export function replay(definition: WorkflowDefinition, records: readonly RunRecord[]): ReplayReport {
  const [first, ...rest] = records;
  if (first?.type !== 'run.created') throw new Error('the records of a run begin with run.created');
  const state = newRunState(first);
  const divergences: Divergence[] = [];
  const planned = new Set<string>();
  let isTakenOver = false;
  for (const record of rest) {
    // What a fork has taken over was decided in its source, and not all of that came along.
    if (record.type === 'run.forked') isTakenOver = true;
    if (record.type === 'run.started') isTakenOver = false;
    const actions = plan(definition, state, Date.parse(record.at));
    for (const action of actions) if (action.kind === 'perform') planned.add(keyOf(action.activation));
    if (!isTakenOver && !isExpected(record, actions, planned)) divergences.push(divergence(record, actions));
    applyRecord(state, record);
  }
  const left = plan(definition, state, state.lastAt).filter((action) => action.kind === 'record');
  const last = records.at(-1);
  if (left.length > 0 && last)
    divergences.push({ seq: last.seq, recorded: 'nothing more', planned: left.map(describe) });
  return { runId: first.runId, records: records.length, divergences };
}

function isExpected(record: RunRecord, actions: readonly Action[], planned: ReadonlySet<string>): boolean {
  // A canceller's skips are in its own commit, and are decided by its definition.
  if (
    record.type === 'step.skipped' &&
    ['cancelled', 'error', 'rejected', 'timeout'].includes(record.payload.reason)
  )
    return true;
  if (record.type === 'step.completed' && record.payload.via !== 'review' && !isSummary(record, actions))
    return planned.has(attemptOf(record, 'perform')) || planned.has(attemptOf(record, 'fallback'));
  if (record.type === 'step.failed' && !record.payload.interrupted && record.attempt !== undefined)
    return planned.has(attemptOf(record, record.payload.phase));
  if (!decided.has(record.type)) return true;
  return actions.some((action) => action.kind === 'record' && isSame(action.record, record));
}

/** A `forEach` step's own record is the plan's; its items' are the world's. */
function isSummary(record: RunRecord, actions: readonly Action[]): boolean {
  return (
    record.attempt === undefined &&
    actions.some((action) => action.kind === 'record' && isSame(action.record, record))
  );
}

function isSame(planned: Extract<Action, { kind: 'record' }>['record'], recorded: RunRecord): boolean {
  return (
    planned.type === recorded.type &&
    planned.step === recorded.step &&
    planned.iteration === recorded.iteration &&
    hashOf(comparable(planned)) === hashOf(comparable(recorded))
  );
}

/** Errors are told in words that may change; when and how long says nothing of the decision. */
function comparable({
  type,
  payload,
}: {
  readonly type: RecordType;
  readonly payload: RecordPayloads[RecordType];
}): unknown {
  if (type === 'run.failed' || type === 'run.cancelled' || type === 'step.completed') return type;
  return payload;
}

function attemptOf(record: RunRecord, phase: Activation['phase']): string {
  const { step = '', iteration = 0, item } = record;
  return keyOf({
    step,
    iteration,
    ...(item === undefined ? {} : { item }),
    attempt: record.attempt ?? 1,
    phase,
  });
}

function keyOf(activation: Activation): string {
  return activationKey(activation);
}

function divergence(record: RunRecord, actions: readonly Action[]): Divergence {
  const { seq, step } = record;
  return {
    seq,
    ...(step === undefined ? {} : { step }),
    recorded: describeRecord(record),
    planned: actions.map(describe),
  };
}

function describe(action: Action): string {
  switch (action.kind) {
    case 'record':
      return describeRecord(action.record);
    case 'perform':
      return `perform ${activationKey(action.activation)}`;
    case 'admit':
      return 'check the edited input';
    case 'wait':
      return `wait for ${action.wait.for}`;
  }
}

function describeRecord({
  type,
  step,
  iteration,
  payload,
}: {
  readonly type: RecordType;
  readonly step?: string | undefined;
  readonly iteration?: number | undefined;
  readonly payload: object;
}): string {
  const place = step === undefined ? '' : ` ${step}#${iteration ?? 0}`;
  return 'reason' in payload ? `${type}${place} (${String(payload.reason)})` : `${type}${place}`;
}
