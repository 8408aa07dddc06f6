import {
  ancestors,
  findCycle,
  findLoopDeadlock,
  loopRegion,
  loopsOf as regionsOf,
} from '../../workflow/index.js';
import type { WorkflowDraft } from '../define/define-workflow.js';
import type { StepSource } from '../explore/workflow-source.js';
import type { WorkflowCheck } from './check.js';

interface Loop {
  readonly where: string;
  /** `repeat.from` or `onReject.repeat`. */
  readonly what: string;
  readonly step: string;
  readonly from: string;
  readonly max: unknown;
}

/** Loops go backwards, end, and are either apart or nested. */
export const checkLoops: WorkflowCheck = (draft) => {
  const loops = draft.source.steps.flatMap(loopsOf);
  return [
    ...draft.source.steps.flatMap(halfWritten),
    ...loops.flatMap((loop) => forward(draft, loop)),
    ...overlaps(draft, loops),
    ...deadlocks(draft),
  ];
};

function loopsOf(step: StepSource): readonly Loop[] {
  const { repeat } = step.options;
  const onReject = step.review?.onReject;
  const base = { where: step.where, step: step.name };
  return [
    ...(repeat ? [{ ...base, what: 'repeat.from', from: repeat.from, max: repeat.max }] : []),
    ...(typeof onReject === 'object'
      ? [{ ...base, what: 'onReject.repeat', from: onReject.repeat, max: onReject.max }]
      : []),
  ];
}

function halfWritten(step: StepSource): readonly string[] {
  const { repeat } = step.options;
  return [
    ...loopsOf(step)
      .filter(({ max }) => !Number.isInteger(max) || Number(max) < 1)
      .map(({ where, what, max }) => {
        const option = what === 'repeat.from' ? 'repeat' : 'onReject';
        return max === undefined
          ? `${where}: ${option} has no max: it could go on forever. Say how often at most.`
          : `${where}: ${option}.max is ${String(max)}. Write a whole number of 1 or more.`;
      }),
    ...(repeat && typeof repeat.while !== 'function'
      ? [
          `${step.where}: repeat has no while: write a function of ({ input, outputs }) that says whether to go round again.`,
        ]
      : []),
    ...(repeat && repeat.from === undefined
      ? [`${step.where}: repeat has no from: name the step with which the loop begins.`]
      : []),
  ];
}

function forward(
  { source, definition }: WorkflowDraft,
  { where, what, step, from }: Loop,
): readonly string[] {
  const exists = source.steps.some((other) => other.name === from);
  if (!exists || from === step || ancestors(definition, step).has(from)) return [];
  return [
    `${where}: ${what} names '${from}', which is not upstream of ${step}. Name a step upstream of it, or the step itself.`,
  ];
}

function overlaps({ source, definition }: WorkflowDraft, loops: readonly Loop[]): readonly string[] {
  const regions = loops.map((loop) => ({
    loop,
    steps: new Set(loopRegion(definition, loop.from, loop.step)),
  }));
  return regions.flatMap((one, index) =>
    regions.slice(index + 1).flatMap((other) => {
      const common = [...one.steps].filter((name) => other.steps.has(name));
      const nested = common.length === one.steps.size || common.length === other.steps.size;
      return common.length === 0 || nested
        ? []
        : [
            `${source.where}: the loops of ${one.loop.step} (${[...one.steps].join(', ')}) and ${other.loop.step} ` +
              `(${[...other.steps].join(', ')}) overlap in ${common.join(', ')}. Put one inside the other, or apart.`,
          ];
    }),
  );
}

/** A cycle of the plain graph is told by its own check. */
function deadlocks({ source, definition }: WorkflowDraft): readonly string[] {
  if (findCycle(definition)) return [];
  const cycle = findLoopDeadlock(definition, regionsOf(definition));
  if (!cycle) return [];
  return [
    `${source.where}: ${cycle.join(' → ')} → ${cycle[0] ?? ''} wait for each other: a step behind a loop waits for the loop's end. ` +
      `Take values out of a loop only behind its last step.`,
  ];
}
