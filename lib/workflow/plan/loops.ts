import { synchronous } from '../../errors/index.js';
import type { StepDefinition, WorkflowDefinition } from '../definition/definition.js';
import { findCycle, loopRegion } from '../definition/graph.js';
import type { RunState } from '../state/run-state.js';
import { viewOf } from '../state/view.js';

/** A part of the graph that may run more than once. */
export interface Loop {
  /** The step at its end, which decides. */
  readonly step: StepDefinition;
  readonly region: readonly string[];
}

const known = new WeakMap<WorkflowDefinition, readonly Loop[]>();

/** Loops of a definition: of `repeat`, and of reviews whose rejection sends the work round again. */
export function loopsOf(definition: WorkflowDefinition): readonly Loop[] {
  let loops = known.get(definition);
  if (!loops) {
    loops = definition.steps.flatMap((step) => {
      const starts = new Set([step.repeat?.from, rejectionStart(step)]);
      return [...starts].flatMap((from) =>
        from === undefined ? [] : [{ step, region: loopRegion(definition, from, step.name) }],
      );
    });
    known.set(definition, loops);
  }
  return loops;
}

/** Where a rejection of this step sends the work, if anywhere. */
export function rejectionStart(step: StepDefinition): string | undefined {
  const onReject = step.review?.onReject;
  return typeof onReject === 'object' ? onReject.repeat : undefined;
}

/**
 * Steps behind a loop wait for its end. Two loops that feed each other would wait forever:
 * the names along such a cycle, or undefined where there is none.
 */
export function findLoopDeadlock(
  definition: Pick<WorkflowDefinition, 'steps'>,
  loops: readonly Loop[],
): readonly string[] | undefined {
  const steps = definition.steps.map(({ name, dependencies }) => {
    const ends = dependencies.flatMap((dependency) =>
      loops.flatMap(({ step, region }) =>
        region.includes(dependency) && !region.includes(name) ? [step.name] : [],
      ),
    );
    return { name, dependencies: [...dependencies, ...ends] };
  });
  return findCycle({ steps });
}

/** What a `repeat` does, now that its step has completed. */
export type LoopDecision = 'exit' | 'again' | 'too-often' | 'unsettled' | { readonly error: unknown };

export function decideLoop(
  definition: WorkflowDefinition,
  state: RunState,
  step: StepDefinition,
): LoopDecision {
  const own = state.steps.get(step.name);
  if (!step.repeat || own?.status === 'skipped') return 'exit';
  if (own?.status !== 'completed') return 'unsettled';
  const region = loopRegion(definition, step.repeat.from, step.name);
  if (!region.every((name) => isSettled(state, name))) return 'unsettled';
  try {
    const isAgain: unknown = step.repeat.while({
      ...viewOf(definition, state, step.name, 'itself'),
      output: own.output,
    });
    if (!synchronous(isAgain, `The \`while\` of ${definition.name}.${step.name}`)) return 'exit';
  } catch (error) {
    return { error };
  }
  if (own.iterationsDone + 1 < step.repeat.max) return 'again';
  return step.repeat.onMax === 'continue' ? 'exit' : 'too-often';
}

/** Completed or skipped. */
export function isSettled(state: RunState, step: string): boolean {
  const status = state.steps.get(step)?.status;
  return status === 'completed' || status === 'skipped';
}

/** Whether every loop that `step` is in and `reader` is not has come to its end. */
export function loopsLeft(
  definition: WorkflowDefinition,
  state: RunState,
  step: string,
  reader: string | undefined,
): boolean {
  return loopsOf(definition).every(
    ({ step: end, region }) =>
      !region.includes(step) ||
      (reader !== undefined && region.includes(reader)) ||
      (isSettled(state, end.name) && decideLoop(definition, state, end) === 'exit'),
  );
}
