import { synchronous, toErrorData } from '../../errors/index.js';
import type { Action } from './action.js';
import type { StepDefinition } from '../definition/definition.js';
import { freeSlots, hashItems, listItems } from '../state/items.js';
import { decideLoop } from './loops.js';
import { loopRegion } from '../definition/graph.js';
import { planActivation } from './plan-activation.js';
import { mayFallBack, planFailure } from './plan-failure.js';
import { later, placeOf, type Planning, record } from './planning.js';
import { readinessOf } from './readiness.js';
import type { ActivationState, StepState } from '../state/run-state.js';
import { stepOf } from '../state/state.js';
import { viewOf } from '../state/view.js';

const nothing: Action[] = [];

/** What is to do about one step. Nothing, for one that is settled or not ready. */
export function planStep(planning: Planning, step: StepDefinition): Action[] {
  const own = stepOf(planning.state, step.name);
  switch (own.status) {
    case 'completed':
      return planLoop(planning, step);
    case 'skipped':
      return nothing;
    case 'failed':
      return planFailure(planning, step, own);
    case 'waiting':
      return planActivation(planning, step, own);
    case 'pending':
      return planPending(planning, step, own);
  }
}

function planLoop(planning: Planning, step: StepDefinition): Action[] {
  if (!step.repeat || decideLoop(planning.definition, planning.state, step) !== 'again') return nothing;
  const region = loopRegion(planning.definition, step.repeat.from, step.name);
  return [record(planning, 'step.repeated', { region, reason: 'repeat' }, placeOf(planning, step))];
}

function isWanted(
  { definition, state }: Planning,
  { name }: StepDefinition,
  when: NonNullable<StepDefinition['when']>,
): unknown {
  return synchronous(when(viewOf(definition, state, name)), `The \`when\` of ${definition.name}.${name}`);
}

function planPending(planning: Planning, step: StepDefinition, own: StepState): Action[] {
  if (own.decision) return planActivation(planning, step, own);
  const readiness = readinessOf(planning.definition, planning.state, step);
  if (readiness === 'not-yet') return nothing;
  const place = placeOf(planning, step);
  if (readiness !== 'ready') return [record(planning, 'step.skipped', { reason: readiness.skip }, place)];
  if (!isBegun(own)) {
    try {
      if (step.when && !isWanted(planning, step, step.when)) {
        return [record(planning, 'step.skipped', { reason: 'when' }, place)];
      }
      if (step.delay === undefined && step.waitFor === undefined && step.forEach)
        return planList(planning, step);
    } catch (error) {
      return [failedBefore(planning, step, error)];
    }
    if (step.delay !== undefined) {
      const until = later(planning, step.delay);
      return [
        record(
          planning,
          'step.waiting',
          { waits: [{ for: 'timer', timer: 'delay', until, step: step.name }] },
          place,
        ),
      ];
    }
  }
  if (own.phase === 'fallback') return planActivation(planning, step, own);
  if (step.waitFor && !own.signal && !own.timedOut) {
    const { signal, timeout } = step.waitFor;
    const until = timeout === undefined ? {} : { until: later(planning, timeout) };
    return [
      record(
        planning,
        'step.waiting',
        { waits: [{ for: 'signal', signal, ...until, step: step.name }] },
        place,
      ),
    ];
  }
  if (own.timedOut && step.waitFor && step.waitFor.onTimeout !== 'continue')
    return [timedOut(planning, step)];
  if (!step.forEach) return planActivation(planning, step, own);
  return own.items ? planItems(planning, step, own.items) : planListSafely(planning, step);
}

/** Whether anything of this iteration is on record: then `when` has been asked and has said yes. */
function isBegun(own: StepState): boolean {
  return (
    own.failures > 0 ||
    own.delayed === true ||
    own.signal !== undefined ||
    own.timedOut === true ||
    own.items !== undefined ||
    own.calls.size > 0
  );
}

function planListSafely(planning: Planning, step: StepDefinition): Action[] {
  try {
    return planList(planning, step);
  } catch (error) {
    return [failedBefore(planning, step, error)];
  }
}

function planList(planning: Planning, step: StepDefinition): Action[] {
  const list = listItems(planning.definition, planning.state, step);
  const collect = step.forEach?.onError === 'collect';
  return [
    record(
      planning,
      'items.listed',
      { count: list.length, hash: hashItems(list), collect },
      placeOf(planning, step),
    ),
  ];
}

/** Items in order, as many at a time as `concurrency` allows. */
function planItems(
  planning: Planning,
  step: StepDefinition,
  items: NonNullable<StepState['items']>,
): Action[] {
  const open = [...items.states].filter(([, item]) => !isDone(step, item, items.collect));
  if (open.length === 0) {
    return [record(planning, 'step.completed', { duration: 0 }, placeOf(planning, step))];
  }
  let slots = freeSlots(step, items);
  return open.flatMap(([index, item]) => {
    if (item.status === 'waiting') return planActivation(planning, step, item, index);
    if (slots <= 0) return [];
    slots -= 1;
    return item.status === 'failed'
      ? planFailure(planning, step, item, index)
      : planActivation(planning, step, item, index);
  });
}

function isDone(step: StepDefinition, item: ActivationState, collect: boolean): boolean {
  if (item.status === 'failed') return collect && !mayFallBack(step, item, 'item');
  return item.status === 'completed' || item.status === 'skipped';
}

/** A function of the definition threw before the step could begin: no attempt would change that. */
function failedBefore(planning: Planning, step: StepDefinition, error: unknown): Action {
  return record(
    planning,
    'step.failed',
    {
      error: toErrorData(error),
      phase: 'fallback',
      duration: 0,
      final: true,
    },
    placeOf(planning, step),
  );
}

function timedOut(planning: Planning, step: StepDefinition): Action {
  const place = placeOf(planning, step);
  if (step.waitFor?.onTimeout === 'skip')
    return record(planning, 'step.skipped', { reason: 'timeout' }, place);
  const error = {
    name: 'StepTimeoutError',
    code: 'STEP_TIMEOUT' as const,
    message: `${planning.definition.name}.${step.name} waited for the signal '${step.waitFor?.signal ?? ''}' for longer than its timeout. Send it with handle.signal(), raise waitFor.timeout, or choose onTimeout: 'skip' or 'continue'.`,
  };
  return record(planning, 'step.failed', { error, phase: 'perform', duration: 0, final: true }, place);
}
