import { suggestion } from '../../text/index.js';
import type { MethodSource, StepSource, WorkflowSource } from '../explore/workflow-source.js';
import type { WorkflowCheck } from './check.js';

interface Mention {
  readonly where: string;
  /** `after`, `@From`, … */
  readonly what: string;
  readonly name: string;
}

/** Every name of a step has to be that of a step; where it has to be another one, not that of the step itself. */
export const checkStepNames: WorkflowCheck = ({ source }) => {
  const { result } = source.options;
  const mentions: Mention[] =
    result === undefined ? [] : [{ where: source.where, what: 'result', name: result }];
  for (const step of source.steps) mentions.push(...mentionsOf(step));
  for (const method of source.others) mentions.push(...markersOf(method));
  return [
    ...mentions.flatMap((mention) => unknown(source, mention)),
    ...source.steps.flatMap(selfReferences),
  ];
};

function mentionsOf(step: StepSource): readonly Mention[] {
  const { after, routes, cancels, forEach, repeat } = step.options;
  const over = typeof forEach === 'object' ? forEach.over : forEach;
  const onReject = step.review?.onReject;
  const named = (what: string, names: unknown): readonly Mention[] =>
    [names ?? []]
      .flat()
      .filter((name) => typeof name === 'string')
      .map((name) => ({ where: step.where, what, name }));
  return [
    ...named('after', after),
    ...named('routes', routes),
    ...named('cancels', cancels),
    ...named('forEach', over),
    ...named('repeat.from', repeat?.from),
    ...named('onReject.repeat', typeof onReject === 'object' ? onReject.repeat : undefined),
    ...markersOf(step),
  ];
}

function markersOf(method: MethodSource): readonly Mention[] {
  return method.parameters
    .flatMap((parameter) => parameter.markers)
    .filter((marker) => marker.kind === 'from' || marker.kind === 'previous')
    .map((marker) => ({
      where: method.where,
      what: marker.kind === 'from' ? '@From' : '@Previous',
      name: marker.step ?? '',
    }));
}

function unknown(source: WorkflowSource, { where, what, name }: Mention): readonly string[] {
  if (source.steps.some((step) => step.name === name)) return [];
  if (source.others.some((method) => method.name === name)) {
    return [
      `${where}: ${what} names '${name}', which is a method of ${source.where} but no step. Put @Step() on it, or name a step.`,
    ];
  }
  const steps = source.steps.map((step) => step.name);
  return [
    `${where}: ${what} names '${name}', but ${source.where} has no such step.${suggestion(name, steps)}`,
  ];
}

/** Names in whose place the step itself makes no sense. */
function selfReferences(step: StepSource): readonly string[] {
  const others = new Set(['after', 'routes', 'cancels', 'forEach', '@From']);
  return mentionsOf(step)
    .filter((mention) => mention.name === step.name && others.has(mention.what))
    .map(({ where, what }) =>
      what === '@From'
        ? `${where}: @From names the step itself, which has no output yet. @Previous('${step.name}') reads that of the iteration before.`
        : `${where}: ${what} names the step itself. Name another step, or remove it.`,
    );
}
