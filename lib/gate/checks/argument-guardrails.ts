import { hashOf, type JsonValue } from '../../values/index.js';
import type { GuardrailStages } from '../guardrails/index.js';
import { guard, pointsBefore } from './call-guardrails.js';
import type { CallCheck, CheckedCall, Escalation } from './checked-call.js';

/** Guardrails look at the arguments of a call before the schema does. */
export class ArgumentGuardrails implements CallCheck {
  readonly name = 'argument guardrails';

  constructor(private readonly stages: GuardrailStages) {}

  concerns(checked: CheckedCall): boolean {
    return pointsBefore(checked).some((at) => this.stages.hasAny(at));
  }

  /** @throws {GuardrailBlockedError}; never settles where a person's value was blocked and has to become another one */
  async before(checked: CheckedCall): Promise<void> {
    const { source } = checked;
    const basis =
      source.from === 'approval' ? (source.review.basis ?? checked.call.arguments) : checked.value;
    const { value, escalated } = await guard(this.stages, checked, pointsBefore(checked), basis);
    // What a call was begun with stays: with other arguments it would be another call.
    if (source.from === 'intent') return;
    if (source.from === 'approval') {
      if (isAsApproved(value, source.review, basis)) return;
      checked.isFitted = false;
    }
    const isChanged = value !== basis && !isSame(value, basis);
    checked.value = value;
    checked.origin = {
      // What a person wrote was made JSON when it came in.
      ...(basis === checked.call.arguments ? {} : { basis: (basis ?? null) as JsonValue }),
      ...(isChanged ? { guardedHash: hashOf(value ?? null) } : {}),
    };
    if (source.from === 'approval' || (source.from === 'person' && isChanged))
      checked.escalation = becameOther;
    else checked.escalation = escalated;
  }
}

const becameOther: Escalation = {
  reason: 'Guardrails make something else of it than what a person has approved or written',
};

/** Whether guardrails make the same of it today as when it was put before the person who approved it. */
function isAsApproved(
  guarded: unknown,
  { guardedHash }: { readonly guardedHash?: string },
  basis: unknown,
): boolean {
  return guardedHash === undefined ? isSame(guarded, basis) : hashOf(guarded ?? null) === guardedHash;
}

function isSame(a: unknown, b: unknown): boolean {
  return hashOf(a ?? null) === hashOf(b ?? null);
}
