import { MetadataAccessor, type WorkflowClass, workflowNameOf } from '../../decorators/index.js';
import { enhancersOn } from './enhancers.js';
import type { MethodSource, ParameterSource, StepSource, WorkflowSource } from './workflow-source.js';

/** Reads a class with `@Workflow()`; undefined for any other class. `methods`: its method names, in order. */
export function readWorkflow(type: WorkflowClass, methods: readonly string[]): WorkflowSource | undefined {
  const options = MetadataAccessor.ofClass(type, 'nestjs-nestor:workflow');
  const name = workflowNameOf(type);
  if (!options || name === undefined) return undefined;
  if (MetadataAccessor.isAgent(type)) return agentSource(type, name, options);
  const prototype = prototypeOf(type);
  const steps: StepSource[] = [];
  const others: MethodSource[] = [];
  for (const method of methods) {
    const source = readMethod(type, prototype, method);
    const step = MetadataAccessor.ofMethod(prototype, method, 'nestjs-nestor:step');
    if (!source) continue;
    if (step) steps.push({ ...source, options: step });
    else others.push(source);
  }
  return {
    type,
    where: type.name,
    name,
    options: type.result === undefined ? options : { ...options, result: options.result ?? type.result },
    steps,
    others,
    input: type.input ?? inputParameter(steps),
    output: type.output,
    enhancers: enhancersOn(type),
  };
}

/** The one step of an agent that runs by itself. */
const agentStep = 'run';

/** An agent is a workflow of one step; its loop is performed in the place of a method. */
function agentSource(type: WorkflowClass, name: string, options: WorkflowSource['options']): WorkflowSource {
  const step: StepSource = {
    name: agentStep,
    where: `${type.name}.${agentStep}`,
    code: () => undefined,
    parameters: [
      { index: 0, markers: [{ index: 0, kind: 'input' }], schema: type.input },
      { index: 1, markers: [], schema: undefined },
    ],
    review: undefined,
    enhancers: [],
    bareOverride: false,
    options: { effect: 'idempotent' },
  };
  return {
    type,
    where: type.name,
    name,
    options,
    steps: [step],
    others: [],
    input: type.input,
    output: type.output,
    enhancers: enhancersOn(type),
  };
}

/** `prototype` of an abstract class type is typed `any`. */
export function prototypeOf(type: { readonly prototype: unknown }): object {
  return type.prototype as object;
}

function readMethod(type: WorkflowClass, prototype: object, name: string): MethodSource | undefined {
  const code = MetadataAccessor.method(prototype, name);
  // What a subclass overrides has the subclass's parameters, also where it has fewer decorators.
  const owner = MetadataAccessor.ownerOf(prototype, name);
  if (!code || !owner) return undefined;
  const markers = MetadataAccessor.ofOwnMethod(owner, name, 'nestjs-nestor:parameters') ?? [];
  const parameters = Array.from(
    { length: MetadataAccessor.parameterCount(prototype, name) },
    (_, index): ParameterSource => ({
      index,
      markers: markers.filter((marker) => marker.index === index),
      schema: MetadataAccessor.parameterSchema(prototype, name, index),
    }),
  );
  return {
    name,
    where: `${type.name}.${name}`,
    code,
    parameters,
    review: MetadataAccessor.ofMethod(prototype, name, 'nestjs-nestor:review'),
    enhancers: enhancersOn(code),
    bareOverride: isBareOverride(prototype, name, 'nestjs-nestor:step'),
  };
}

/** The nearest code of the method lacks the decorator that a class above it has put there. */
export function isBareOverride(
  prototype: object,
  name: string,
  key: 'nestjs-nestor:step' | 'nestjs-nestor:tool' | 'nestjs-nestor:guardrail',
): boolean {
  const owner = MetadataAccessor.ownerOf(prototype, name);
  return (
    owner !== undefined &&
    MetadataAccessor.ofMethod(prototype, name, key) !== undefined &&
    MetadataAccessor.ofOwnMethod(owner, name, key) === undefined
  );
}

/** Without `static input` the run's input is what the first `@Input()` parameter is declared as, as with `@Body()`. */
function inputParameter(steps: readonly StepSource[]) {
  return steps
    .flatMap((step) => step.parameters)
    .find((parameter) => parameter.schema && parameter.markers.some((marker) => marker.kind === 'input'))
    ?.schema;
}
