import type { GuardrailPoint } from '../../decorators/index.js';
import { hashOf, type JsonValue } from '../../values/index.js';
import type { GateCall } from '../gate-call.js';
import type { GuardrailStages } from '../guardrails/index.js';
import { guard, pointsAfter } from './call-guardrails.js';
import type { CallCheck, CheckedCall } from './checked-call.js';

/** Guardrails look at what a call has given, after the schema. */
export class ResultGuardrails implements CallCheck {
  readonly name = 'result guardrails';

  constructor(private readonly stages: GuardrailStages) {}

  /** Also asked before a call is made: a result that they look at is shown to nobody before they have. */
  concerns(gateCall: GateCall): boolean {
    return pointsAfter(gateCall).some((at) => this.stages.hasAny(at));
  }

  /** Whether any of them looks at what this call gives. */
  lookAt(checked: CheckedCall): boolean {
    return pointsAfter(checked).some((at) => this.stages.concerns(subjectOf(checked, at)));
  }

  /** Whether a part of a result, as it is, may be seen before the whole. Nothing of that goes on record: the verdict on the whole does. */
  async mayShow(checked: CheckedCall, part: unknown): Promise<boolean> {
    for (const at of pointsAfter(checked)) {
      const { outcome, changed } = await this.stages.evaluate({ ...subjectOf(checked, at), value: part });
      if (outcome !== 'pass' || changed) return false;
    }
    return true;
  }

  /** @throws {GuardrailBlockedError}; never settles where a person's value was blocked and has to become another one */
  async after(checked: CheckedCall): Promise<void> {
    const { source } = checked;
    const given = checked.value;
    const basis = source.from === 'approval' ? (source.review.basis ?? given) : given;
    const { value, escalated } = await guard(this.stages, checked, pointsAfter(checked), basis);
    // What a person has approved is the result; today's guardrails may still make it another question.
    const isApproved = source.from === 'approval' && hashOf(value ?? null) === source.review.proposedHash;
    checked.value = isApproved ? given : value;
    if (isApproved) return;
    // A snapshot by now.
    if (value !== given || source.from === 'approval')
      checked.origin = { basis: (basis ?? null) as JsonValue };
    checked.escalation =
      source.from === 'approval'
        ? { reason: 'Guardrails make something else of the result now than when it was approved' }
        : escalated;
  }
}

function subjectOf(checked: CheckedCall, at: GuardrailPoint) {
  const { workflow, step, tool, agent, handoffTo, principal, runId } = checked;
  return { at, workflow, step, tool, agent, handoffTo, principal, runId };
}
