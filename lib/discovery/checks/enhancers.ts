import type { EnhancerKind } from '../explore/enhancers.js';
import type { WorkflowCheck } from './check.js';

/** Nest calls enhancers around controllers; nobody would call them around a step. */
const replacements = {
  guard: '@UseGuards does nothing here. Use the access option of @Step or @Workflow, or a @Guardrail',
  interceptor:
    "@UseInterceptors does nothing here. Use a @Guardrail (at: 'step.output'), or listen to handle.events()",
  pipe: '@UsePipes does nothing here. Use static input of the workflow, or the output option of @Step',
  filter: '@UseFilters does nothing here. Use fallback, onError or retry of @Step',
} as const satisfies Record<EnhancerKind, string>;

export const checkEnhancers: WorkflowCheck = ({ source }) =>
  [source, ...source.steps, ...source.others].flatMap(({ where, enhancers }) =>
    enhancers.map((kind) => `${where}: ${replacements[kind]}.`),
  );
