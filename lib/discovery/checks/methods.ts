import { ancestors } from '../../workflow/index.js';
import { suggestion } from '../../text/index.js';
import type { StepSource, WorkflowSource } from '../explore/workflow-source.js';
import type { WorkflowCheck } from './check.js';

const roles = ['fallback', 'compensate'] as const;

/** `fallback` and `compensate` have to name methods that can do that, and decorated methods have to be something. */
export const checkMethods: WorkflowCheck = ({ source, definition }) => [
  ...source.steps.flatMap((step) => roles.flatMap((role) => missing(source, step, role))),
  ...source.steps.flatMap((step) =>
    roles.flatMap((role) => {
      const method = source.others.find((other) => other.name === step.options[role]);
      const before = ancestors(definition, step.name);
      return (method?.parameters ?? [])
        .flatMap((parameter) => parameter.markers)
        .filter(
          (marker) => marker.kind === 'from' && source.steps.some((other) => other.name === marker.step),
        )
        .filter(({ step: read = '' }) => !before.has(read) && !(role === 'compensate' && read === step.name))
        .map(({ step: read }) =>
          read === step.name
            ? `${method?.where}: @From('${read}') in the fallback of ${read} itself, which has failed and has no output.`
            : `${method?.where}: @From('${read}') in the ${role} method of ${step.name}, but ${read} is not upstream of ${step.name}. Add after: '${read}' to ${step.name}.`,
        );
    }),
  ),
  ...unusedMethods(source),
  ...[...source.steps, ...source.others]
    .filter((method) => method.bareOverride)
    .map(
      ({ where }) =>
        `${where} overrides a decorated method without its decorators. Repeat them on the override.`,
    ),
];

function missing(source: WorkflowSource, step: StepSource, role: (typeof roles)[number]): readonly string[] {
  const name = step.options[role];
  if (name === undefined || source.others.some((method) => method.name === name)) return [];
  if (source.steps.some((other) => other.name === name)) {
    return [`${step.where}: ${role} names '${name}', which is a step. Name a method without @Step().`];
  }
  const methods = source.others.map((method) => method.name);
  return [
    `${step.where}: ${role} names '${name}', but ${source.where} has no such method.${suggestion(name, methods)}`,
  ];
}

/** Parameter decorators and @HumanReview do nothing on a method that nobody calls. */
function unusedMethods(source: WorkflowSource): readonly string[] {
  const named = new Set(source.steps.flatMap(({ options }) => [options.fallback, options.compensate]));
  return source.others
    .filter(
      (method) => !named.has(method.name) && method.parameters.some(({ markers }) => markers.length > 0),
    )
    .map(
      ({ where }) =>
        `${where} has parameter decorators but is not a step, and no step names it as fallback or compensate. Is @Step() missing?`,
    );
}
