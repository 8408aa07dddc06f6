import type { StepDefinition, WorkflowDefinition } from './definition.js';

const known = new WeakMap<WorkflowDefinition, ReadonlyMap<string, StepDefinition>>();

/** A step by its name: asked for at every step of every run. */
export function stepNamed(definition: WorkflowDefinition, name: string): StepDefinition | undefined {
  let steps = known.get(definition);
  if (!steps) known.set(definition, (steps = new Map(definition.steps.map((step) => [step.name, step]))));
  return steps.get(name);
}
