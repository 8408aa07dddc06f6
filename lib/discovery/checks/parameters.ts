import { loopRegion, type StepDefinition, type WorkflowDefinition } from '../../workflow/index.js';
import type { MethodSource, ParameterSource, WorkflowSource } from '../explore/workflow-source.js';
import type { WorkflowCheck } from './check.js';

type Kind = ParameterSource['markers'][number]['kind'];

const spelling = {
  input: '@Input()',
  from: '@From()',
  previous: '@Previous()',
  item: '@Item()',
  itemIndex: '@ItemIndex()',
  signalPayload: '@SignalPayload()',
  feedback: '@Feedback()',
  failure: '@Failure()',
  context: '@StepCtx()',
  state: '@State()',
} as const satisfies Record<Kind, string>;

/** Every parameter gets exactly one value, and one that its method can have. */
export const checkParameters: WorkflowCheck = ({ source, definition }) => [
  ...used(source).flatMap(countProblems),
  ...used(source).flatMap((method) => stateProblems(source, method)),
  ...source.steps.flatMap((step) => {
    const defined = definition.steps.find((other) => other.name === step.name);
    return defined ? kindsOf(step).flatMap((kind) => misplaced(definition, defined, step.where, kind)) : [];
  }),
];

/** Steps, and the methods that steps name. */
function used(source: WorkflowSource): readonly MethodSource[] {
  const named = new Set(source.steps.flatMap(({ options }) => [options.fallback, options.compensate]));
  return [...source.steps, ...source.others.filter((method) => named.has(method.name))];
}

function countProblems({ where, parameters }: MethodSource): readonly string[] {
  const bare = parameters.filter(({ markers }) => markers.length === 0);
  return [
    ...(bare.length > 1
      ? [
          `${where} has ${bare.length} parameters without a decorator (number ${bare.map(({ index }) => index + 1).join(', ')}). ` +
            `One may go without: it is the StepContext. Put @Input(), @From('step') or another one on the others.`,
        ]
      : []),
    ...parameters
      .filter(({ markers }) => markers.length > 1)
      .map(
        ({ index, markers }) =>
          `${where}: parameter ${index + 1} has ${markers.map(({ kind }) => spelling[kind]).join(' and ')}. Keep one.`,
      ),
  ];
}

/** A shared state is named by the workflow, so that a reader of the class sees what its steps share. */
function stateProblems({ type }: WorkflowSource, { where, parameters }: MethodSource): readonly string[] {
  return parameters
    .flatMap(({ markers }) => markers)
    .filter(({ kind, state }) => kind === 'state' && state !== type.state)
    .map(({ state }) =>
      state
        ? `${where}: @State() is given '${state.name}', which is not the state of ${type.name}. Add: static readonly state = … with that one.`
        : `${where}: @State() is given undefined: two files import each other. Put the shared state into a file of its own.`,
    );
}

function kindsOf(method: MethodSource): readonly Kind[] {
  return [...new Set(method.parameters.flatMap(({ markers }) => markers.map(({ kind }) => kind)))];
}

/** Values that only some steps have. */
function misplaced(
  workflow: WorkflowDefinition,
  step: StepDefinition,
  where: string,
  kind: Kind,
): readonly string[] {
  const problem = (fix: string) => [`${where}: ${spelling[kind]} has no value here. ${fix}`];
  switch (kind) {
    case 'item':
    case 'itemIndex':
      return step.forEach ? [] : problem(`It is the element of a list: add forEach to the step.`);
    case 'signalPayload':
      return step.waitFor ? [] : problem(`It is what a signal brings: add waitFor to the step.`);
    case 'failure':
      return problem(`It belongs into the method that fallback or compensate names.`);
    case 'feedback':
      return isRepeatedBy(workflow, step, 'rejection')
        ? []
        : problem(`No rejection repeats this step: add onReject: { repeat, max } to the @HumanReview.`);
    case 'previous':
      return isRepeatedBy(workflow, step, 'rejection') || isRepeatedBy(workflow, step, 'repeat')
        ? []
        : problem(`The step is in no loop: no repeat and no onReject runs it again.`);
    case 'input':
    case 'from':
    case 'context':
    case 'state':
      return [];
  }
}

function isRepeatedBy(
  workflow: WorkflowDefinition,
  step: StepDefinition,
  by: 'repeat' | 'rejection',
): boolean {
  return workflow.steps.some((other) => {
    const onReject = other.review?.onReject;
    const from =
      by === 'repeat' ? other.repeat?.from : typeof onReject === 'object' ? onReject.repeat : undefined;
    return from !== undefined && loopRegion(workflow, from, other.name).includes(step.name);
  });
}
