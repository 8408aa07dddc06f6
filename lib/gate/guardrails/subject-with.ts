import type { GuardrailSubject } from '../../decorators/index.js';

/** The subject with another value. Field by field: what the caller's class holds besides is not for guardrails. */
export function subjectWith(subject: GuardrailSubject, value: unknown): GuardrailSubject {
  return Object.freeze({
    at: subject.at,
    value,
    workflow: subject.workflow,
    step: subject.step,
    tool: subject.tool,
    agent: subject.agent,
    principal: subject.principal,
    runId: subject.runId,
  });
}
