import type { GuardrailDefinition, GuardrailSubject } from '../../decorators/index.js';

/** Whether a guardrail looks at this subject: by place and by the names it is limited to. */
export function applies(guardrail: GuardrailDefinition, subject: GuardrailSubject): boolean {
  return (
    guardrail.at.includes(subject.at) &&
    allows(guardrail.workflows, subject.workflow) &&
    allows(guardrail.steps, subject.step) &&
    allows(guardrail.tools, subject.tool) &&
    allows(guardrail.agents, subject.agent)
  );
}

/** A limit keeps out what has no name of that sort: `tools: ['refund']` does not apply where there is no tool. */
function allows(names: readonly string[] | undefined, name: string | undefined): boolean {
  return names === undefined || (name !== undefined && names.includes(name));
}
