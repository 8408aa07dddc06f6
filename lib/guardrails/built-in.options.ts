import { milliseconds } from '../clock/index.js';
import { type GuardrailDefinition, type GuardrailOptions, workflowNameOf } from '../decorators/index.js';

/** What every built-in guardrail takes besides its own options. Names and defaults are those of `@Guardrail`. */
export type BuiltInOptions = GuardrailOptions;

/** What to do about a finding: the verdicts of the same names. */
export type FindingAction = 'block' | 'escalate' | 'reject' | 'warn';

/** A definition with the defaults of `@Guardrail`. */
export function define(
  name: string,
  options: BuiltInOptions,
  evaluate: GuardrailDefinition['evaluate'],
): GuardrailDefinition {
  const { at, workflows, steps, tools, agents } = options;
  return {
    name: options.name ?? name,
    at: typeof at === 'string' ? [at] : at,
    workflows: workflows?.map((workflow) =>
      typeof workflow === 'string' ? workflow : (workflowNameOf(workflow) ?? workflow.name),
    ),
    steps,
    tools,
    agents,
    order: options.order ?? 0,
    mode: options.mode ?? 'enforce',
    onError: options.onError ?? 'block',
    parallel: options.parallel,
    timeout: milliseconds(options.timeout ?? '10s'),
    evaluate,
  };
}
