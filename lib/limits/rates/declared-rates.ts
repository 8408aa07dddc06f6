import type { RatePolicy } from '../../scope/index.js';
import type { RateLimit, RateScope } from './rate-limit.js';

interface Limited {
  readonly name: string;
  readonly rateLimits?: readonly RatePolicy[] | undefined;
}

/** What has limits of its own, by `rateLimit` of its decorator. */
export interface DeclaredRates {
  /** Workflows and agents. */
  readonly workflows: readonly (Limited & { readonly steps: readonly Limited[] })[];
  readonly tools: readonly Limited[];
}

/**
 * The limits that decorators declare. Those of an agent hold for starts of it as a run, and for calls of it; a workflow has no
 * calls by its name.
 */
export function declaredRates({ workflows, tools }: DeclaredRates): readonly RateLimit[] {
  return [
    ...workflows.flatMap((workflow) => [
      ...limitsOf('workflow', workflow),
      ...limitsOf('agent', workflow),
      ...workflow.steps.flatMap(({ name, rateLimits }) =>
        limitsOf('step', { name: `${workflow.name}.${name}`, rateLimits }),
      ),
    ]),
    ...tools.flatMap((tool) => limitsOf('tool', tool)),
  ];
}

function limitsOf(scope: RateScope, { name, rateLimits = [] }: Limited): readonly RateLimit[] {
  return rateLimits.map((policy) => ({ ...policy, scope, for: name }));
}
