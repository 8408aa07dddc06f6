import { toErrorData } from '../../errors/index.js';
import type { Action } from './action.js';
import type { StepDefinition } from '../definition/definition.js';
import { decideLoop } from './loops.js';
import { planDoubts } from '../state/doubt.js';
import { isFatal } from './plan-failure.js';
import { type Planning, record } from './planning.js';
import type { ActivationState, RunState } from '../state/run-state.js';

type Ending = NonNullable<RunState['ending']>;

/** Whether the run is on its way to an end other than completion, and which. */
export function endingOf({ definition, state }: Planning): Ending | undefined {
  if (state.ending) return state.ending;
  for (const step of definition.steps) {
    const own = state.steps.get(step.name);
    if (own && isFatal(step, own)) return { status: 'failed', ...(own.error ? { error: own.error } : {}) };
    const loop = step.repeat && own?.status === 'completed' ? decideLoop(definition, state, step) : 'exit';
    if (loop === 'too-often') return { status: 'failed', error: loopedTooOften(definition.name, step) };
    if (typeof loop === 'object') return { status: 'failed', error: toErrorData(loop.error) };
  }
  return undefined;
}

function loopedTooOften(workflow: string, step: StepDefinition) {
  return {
    name: 'LoopLimitExceededError',
    code: 'LOOP_LIMIT_EXCEEDED' as const,
    message: `${workflow}.${step.name} wants to repeat, but its loop has run ${step.repeat?.max ?? 0} times, which is its max. Raise repeat.max, or choose onMax: 'continue'.`,
    details: { step: step.name, max: step.repeat?.max },
  };
}

/** One thing that the end of the run has to undo. */
interface Undo {
  readonly step: StepDefinition;
  readonly iteration: number;
  readonly item?: number;
  readonly activation: ActivationState;
}

/** Questions that only people can answer first; compensations in reverse order of completion, one at a time; then the end. */
export function planEnding(planning: Planning, ending: Ending): Action[] {
  const doubts = planDoubts(planning);
  if (doubts.length > 0) return doubts;
  const undo = undos(planning)
    .filter(({ activation }) => activation.compensation?.outcome === undefined)
    .toSorted((a, b) => (b.activation.completedAt ?? 0) - (a.activation.completedAt ?? 0))[0];
  if (!undo) return [endRecord(planning, ending)];
  const { step, iteration, item, activation } = undo;
  const next = activation.compensation?.nextAttemptAt;
  if (next !== undefined && Date.parse(next) > planning.now) {
    return [
      { kind: 'wait', wait: { for: 'timer', timer: 'retry', until: next, step: step.name }, until: next },
    ];
  }
  const attempt = (activation.compensation?.failures ?? 0) + 1;
  return [
    {
      kind: 'perform',
      activation: {
        step: step.name,
        iteration,
        ...(item === undefined ? {} : { item }),
        attempt,
        phase: 'compensate',
      },
    },
  ];
}

function undos({ definition, state }: Planning): Undo[] {
  return definition.steps.flatMap((step) => {
    const own = state.steps.get(step.name);
    if (!step.compensate || !own) return [];
    const { iteration } = own;
    const current: Undo[] = own.items
      ? [...own.items.states].map(([item, activation]) => ({ step, iteration, item, activation }))
      : step.forEach
        ? [] // A person has written its list: no item of it has done anything.
        : [{ step, iteration, activation: own }];
    const past = own.pastIterations
      .filter(({ item }) => (item !== undefined) === (step.forEach !== undefined))
      .map((one) => ({ step, ...one }));
    return [...current, ...past].filter(({ activation }) => activation.status === 'completed');
  });
}

function endRecord(planning: Planning, ending: Ending): Action {
  if (ending.status === 'cancelled')
    return record(planning, 'run.cancelled', { reason: ending.reason ?? 'cancelled' });
  const failed = undos(planning).filter(({ activation }) => activation.compensation?.outcome === 'failed');
  const error = ending.error ?? { name: 'Error', code: 'USER' as const, message: 'the run has failed' };
  if (failed.length === 0) return record(planning, 'run.failed', { error });
  const names = failed.map(({ step }) => step.name);
  return record(planning, 'run.failed', {
    error: { ...error, details: { ...error.details, compensationsFailed: names } },
  });
}
