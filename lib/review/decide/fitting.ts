import { Injectable } from '@nestjs/common';
import type { Review } from '../../database/index.js';
import type { FoundTool } from '../../discovery/index.js';
import { type Issue, type JsonValue, type Schema, validate, jsonSchemaIssues } from '../../values/index.js';
import type { Choice, StepDefinition, WorkflowDefinition } from '../../workflow/index.js';
import { chosenRoutes } from '../../workflow/index.js';

/** Of the registry, what a fitting reads: the definitions and the tools of this process. */
export interface KnownDefinitions {
  list(): readonly WorkflowDefinition[];
  tools(): readonly FoundTool[];
}

/** Whether a value can stand where an edit or an answer puts it: by the form, and by the schemas of this process. */
@Injectable()
export class Fitting {
  constructor(private readonly registry: KnownDefinitions) {}

  async issues(review: Review, choice: Choice, value: JsonValue | undefined): Promise<readonly Issue[]> {
    if (choice !== 'edit' && choice !== 'answer') return [];
    const shaped = hasForm(review, choice) ? fits(review.form, value) : [];
    if (shaped.length > 0) return shaped;
    const schema = this.schemaOf(review, choice);
    const checked = schema ? await validate(schema, value) : undefined;
    if (checked && !checked.ok) return checked.issues;
    return this.routeIssues(review, value);
  }

  private schemaOf(review: Review, choice: 'edit' | 'answer'): Schema | undefined {
    const [kind, name] = subjectOf(review);
    const definition = this.definitionOf(review);
    if (kind === 'input') return definition?.input;
    if (kind === 'step') {
      const step = this.stepOf(review);
      return step && (step.output ?? outputOfRun(definition, step));
    }
    if (kind !== 'tool') return undefined;
    const tool = this.registry.tools().find((one) => one.definition.name === name)?.definition;
    return choice === 'edit' && review.stage === 'before' ? tool?.input : tool?.output;
  }

  private routeIssues(review: Review, value: JsonValue | undefined): readonly Issue[] {
    const [kind] = subjectOf(review);
    const routes = kind === 'step' && review.item === null ? this.stepOf(review)?.routes : undefined;
    if (!routes) return [];
    const chosen = chosenRoutes(value);
    if (chosen.every((name) => routes.includes(name)) && (chosen.length > 0 || Array.isArray(value)))
      return [];
    return [{ path: '$', message: `must be one or many of ${routes.join(', ')}` }];
  }

  private definitionOf({ workflow }: Review): WorkflowDefinition | undefined {
    return this.registry.list().find(({ name }) => name === workflow);
  }

  private stepOf(review: Review): StepDefinition | undefined {
    return this.definitionOf(review)?.steps.find(({ name }) => name === review.step);
  }
}

/** The form shows what may be written: a step's output, the arguments of a call, or what is asked for. */
function hasForm(review: Review, choice: 'edit' | 'answer'): boolean {
  if (review.form === null) return false;
  return choice === 'edit' || subjectOf(review)[0] === 'step' || asksForValue(review);
}

/** Whether what is to be written is an answer, and not the arguments of a call, whose result is something else. */
function asksForValue({ kind }: Review): boolean {
  return kind === 'answer' || kind === 'stopped';
}

function fits(form: unknown, value: JsonValue | undefined): readonly Issue[] {
  return value === undefined ? [{ path: '$', message: 'is missing' }] : jsonSchemaIssues(form, value);
}

/** What one item gives is not what the run gives. */
function outputOfRun(definition: WorkflowDefinition | undefined, step: StepDefinition): Schema | undefined {
  return definition?.result === step.name && !step.forEach ? definition.output : undefined;
}

/** `tool`, `pay`. Reviews that are not about a call are about the step, or about the input of the run. */
function subjectOf({ subject, step }: Review): readonly [kind: string, name: string] {
  if (subject === null) return step === null ? ['input', ''] : ['step', step];
  const space = subject.indexOf(' ');
  return [subject.slice(0, space), subject.slice(space + 1)];
}
