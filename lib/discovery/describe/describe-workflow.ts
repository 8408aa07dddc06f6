import type { GuardrailDefinition, GuardrailPoint, ToolDefinition } from '../../decorators/index.js';
import type { Effect } from '../../scope/index.js';
import type { StepDefinition, WorkflowDefinition } from '../../workflow/index.js';
import { type WorkflowEdge, edgesOf } from '../define/edges.js';

/** Who decides: code alone, code that may ask a model, or a person. */
export type StepDecider = 'code' | 'model' | 'person';

export interface StepDescription {
  readonly name: string;
  readonly title: string;
  readonly dependencies: readonly string[];
  /** Options that bend the flow: `when`, `routes`, `forEach`, … */
  readonly control: readonly string[];
  readonly decidedBy: readonly StepDecider[];
  readonly guardrails: readonly string[];
}

export interface ReviewDescription {
  /** `step draft`, `tool open-case`. */
  readonly of: string;
  readonly at: 'output' | 'before';
  /** A function decides whether a person has to look. */
  readonly conditional: boolean;
  readonly roles: readonly string[];
  readonly users: readonly string[];
  readonly quorum: number;
}

/** A workflow for people and for documents: no functions, no secrets. */
export interface WorkflowDescription {
  readonly name: string;
  readonly version: string;
  readonly description?: string | undefined;
  readonly hash: string;
  readonly result: string;
  readonly steps: readonly StepDescription[];
  readonly edges: readonly WorkflowEdge[];
  readonly guardrails: readonly {
    readonly name: string;
    readonly at: readonly GuardrailPoint[];
    readonly mode: 'enforce' | 'monitor';
  }[];
  readonly reviews: readonly ReviewDescription[];
  /** Tools of providers that the workflow's constructor asks for. */
  readonly tools: readonly {
    readonly name: string;
    readonly description: string;
    readonly effect: Effect;
    readonly where: string;
  }[];
  /** `model`: a model service is in reach, so any step may ask one. */
  readonly decidedBy: readonly StepDecider[];
}

export function describeWorkflow(
  definition: WorkflowDefinition,
  tools: readonly ToolDefinition[],
  guardrails: readonly GuardrailDefinition[],
  modelInReach: boolean,
): WorkflowDescription {
  const standing = guardrails
    .filter(({ workflows }) => !workflows || workflows.includes(definition.name))
    .filter(({ steps }) => !steps || definition.steps.some((step) => steps.includes(step.name)))
    .toSorted((a, b) => a.order - b.order);
  const steps = definition.steps.map((step) => describeStep(step, standing, modelInReach));
  const reviews = [
    ...definition.steps.map((step) => describeReview(`step ${step.name}`, step.review)),
    ...tools.map((tool) => describeReview(`tool ${tool.name}`, tool.review)),
  ].filter((review) => review !== undefined);
  const people = reviews.length > 0 || steps.some((step) => step.decidedBy.includes('person'));
  return {
    name: definition.name,
    version: definition.version,
    description: definition.description,
    hash: definition.hash,
    result: definition.result,
    steps,
    edges: edgesOf(definition),
    guardrails: standing.map(({ name, at, mode }) => ({ name, at, mode })),
    reviews,
    tools: tools.map(({ name, description, effect, where }) => ({ name, description, effect, where })),
    decidedBy: [
      'code',
      ...(modelInReach ? (['model'] as const) : []),
      ...(people ? (['person'] as const) : []),
    ],
  };
}

function describeStep(
  step: StepDefinition,
  guardrails: readonly GuardrailDefinition[],
  modelInReach: boolean,
): StepDescription {
  const control =
    (['when', 'routes', 'forEach', 'repeat', 'delegate', 'waitFor', 'delay', 'fallback', 'compensate'] as const) // prettier-ignore
      .filter((option) => step[option] !== undefined);
  const person = step.review !== undefined || step.onError === 'review';
  return {
    name: step.name,
    title: step.title,
    dependencies: step.dependencies,
    control: step.join === 'any' ? ['join', ...control] : control,
    decidedBy: [
      'code',
      ...(modelInReach ? (['model'] as const) : []),
      ...(person ? (['person'] as const) : []),
    ],
    guardrails: guardrails
      .filter(({ steps }) => !steps || steps.includes(step.name))
      .filter(({ at }) => at.some((point) => !point.startsWith('run.')))
      .map(({ name }) => name),
  };
}

function describeReview(of: string, review: StepDefinition['review']): ReviewDescription | undefined {
  if (!review) return undefined;
  const { at, roles, users, quorum } = review;
  return { of, at, conditional: review.when !== undefined, roles, users, quorum };
}
