import type { GuardrailPoint } from '../../decorators/index.js';
import type { GuardrailStages, GuardrailTiming, StageOutcome } from '../guardrails/index.js';
import type { CheckSubject } from './check.js';
import type { Escalation } from './checked-call.js';

/**
 * What the guardrails at a point make of a value of a subject. What they found is on record then.
 * @param key of the call, for the records
 * @param timing which of the guardrails at that point
 */
export async function evaluateGuardrails(
  stages: GuardrailStages,
  subject: CheckSubject,
  at: GuardrailPoint,
  value: unknown,
  key?: string,
  timing: GuardrailTiming = 'before',
): Promise<StageOutcome> {
  const { workflow, step, tool, agent, handoffTo, principal, runId } = subject;
  const outcome = await stages.evaluate(
    { at, value, workflow, step, tool, agent, handoffTo, principal, runId },
    { timing, ...(key === undefined ? {} : { key }) },
  );
  // Taken in one after the other, and on disk together.
  await Promise.all(
    outcome.records.map((payload) =>
      subject.record('guardrail.evaluated', payload, { kind: 'code', id: payload.guardrail }),
    ),
  );
  return outcome;
}

/** `noSecrets: looks like a key`, for messages. */
export function objectionOf({ guardrail, reason, outcome }: StageOutcome): string {
  return `${guardrail ?? 'a guardrail'}: ${reason ?? outcome}`;
}

/** The same as a reason to ask a person. */
export function escalationOf(verdict: StageOutcome): Escalation {
  const { guardrail } = verdict;
  return { reason: objectionOf(verdict), ...(guardrail === undefined ? {} : { guardrail }) };
}
