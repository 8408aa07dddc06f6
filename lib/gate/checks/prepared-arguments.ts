import { hashOf, type JsonValue } from '../../values/index.js';
import type { ReviewRequested } from '../../workflow/index.js';
import { requestReview, type Origin } from './request-review.js';
import { fitArguments } from './schema-checks.js';
import { divergenceOf, stopIfDiverged } from '../memory/divergence.js';
import { guardBefore, guardsBefore, type ApprovedBy } from './guardrail-checks.js';
import type { GuardrailStages } from '../guardrails/index.js';
import type { GateCall } from '../gate-call.js';

const noOrigin: Origin = Object.freeze({});

/** Arguments as guardrails and schema have left them: what is shown, approved, recorded and performed. */
export interface Prepared {
  readonly args: unknown;
  /** Goes with a question about them, so that an approval can be checked against the guardrails of its day. */
  readonly origin: Origin;
}

/** The call's own arguments. Never settles where a person has to look first. */
export function ownArguments(
  gateCall: GateCall,
  stages: GuardrailStages,
  seen: ApprovedBy,
): Prepared | Promise<Prepared> {
  const { call } = gateCall;
  if (call.input || guardsBefore(stages, call) || divergenceOf(gateCall))
    return prepareOwn(gateCall, stages, seen);
  return plainArguments(gateCall, call.arguments);
}

async function prepareOwn(gateCall: GateCall, stages: GuardrailStages, seen: ApprovedBy): Promise<Prepared> {
  const prepared = await prepare(gateCall, stages, gateCall.call.arguments, seen);
  if (seen === 'nobody' && divergenceOf(gateCall)) await stopIfDiverged(gateCall, prepared);
  return prepared;
}

/** What a person has written in place of the arguments. If guardrails change it, a person sees it again. */
export function writtenArguments(value: JsonValue | undefined) {
  return async (gateCall: GateCall, stages: GuardrailStages, seen: ApprovedBy): Promise<Prepared> => {
    const prepared = await prepare(gateCall, stages, value, seen);
    return prepared.origin.guardedHash === undefined ? prepared : askAgain(gateCall, prepared);
  };
}

/** What a person has approved is performed, and nothing that is computed again; guardrails may still object. */
export function approvedArguments(review: ReviewRequested) {
  return async (gateCall: GateCall, stages: GuardrailStages, seen: ApprovedBy): Promise<Prepared> => {
    if (guardsBefore(stages, gateCall.call)) {
      const basis = review.basis ?? gateCall.call.arguments;
      const { value } = await guardBefore(stages, gateCall, basis, seen);
      if (!isAsApproved(value, review, basis))
        return askAgain(gateCall, await preparedFrom(gateCall, basis, value));
    }
    return { args: review.proposed, origin: noOrigin };
  };
}

/**
 * Of a call that was begun before: the arguments that it was begun with, since with others it would be another call.
 * Guardrails may block it.
 */
export async function intendedArguments(
  gateCall: GateCall,
  stages: GuardrailStages,
  seen: ApprovedBy,
): Promise<Prepared> {
  const args = intendedOf(gateCall);
  if (guardsBefore(stages, gateCall.call)) await guardBefore(stages, gateCall, args, seen);
  return { args, origin: noOrigin };
}

/** What a call that was begun before was begun with; a person may have written it. */
export function intendedOf({ attempt, frame, call }: GateCall): unknown {
  // The intent of a step does not repeat what it reads.
  const remembered = call.kind === 'step' ? undefined : attempt.activationState.calls.get(frame.key);
  return remembered ? remembered.arguments : call.arguments;
}

/** Through the guardrails and then, once, through the schema. Never settles where a guardrail wants a person to look. */
async function prepare(
  gateCall: GateCall,
  stages: GuardrailStages,
  basis: unknown,
  seen: ApprovedBy,
): Promise<Prepared> {
  const { value, escalated } = guardsBefore(stages, gateCall.call)
    ? await guardBefore(stages, gateCall, basis, seen)
    : { value: basis };
  const prepared = await preparedFrom(gateCall, basis, value);
  if (escalated === undefined) return prepared;
  const { args: proposed, origin } = prepared;
  return requestReview(gateCall, { kind: 'guardrail', stage: 'before', proposed, origin, reason: escalated });
}

/** What guardrails have made of the basis, after the schema. */
async function preparedFrom(gateCall: GateCall, basis: unknown, guarded: unknown): Promise<Prepared> {
  const { input } = gateCall.call;
  const plain = plainArguments(gateCall, basis);
  const isChanged = guarded !== basis && !isSame(guarded, basis);
  return {
    args: input ? await fitArguments(gateCall, input, guarded) : guarded,
    origin: isChanged ? { ...plain.origin, guardedHash: hashOf(guarded ?? null) } : plain.origin,
  };
}

/** Arguments that neither guardrails nor a schema look at. */
function plainArguments({ call }: GateCall, basis: unknown): Prepared {
  // What a person wrote was made JSON when it came in.
  const origin = basis === call.arguments ? noOrigin : { basis: (basis ?? null) as JsonValue };
  return { args: basis, origin };
}

/** Whether guardrails make the same of it today as when it was put before the person who approved it. */
function isAsApproved(guarded: unknown, { guardedHash }: Origin, basis: unknown): boolean {
  return guardedHash === undefined ? isSame(guarded, basis) : hashOf(guarded ?? null) === guardedHash;
}

/** Guardrails have changed what a person had approved or written: it is another question. Never returns. */
function askAgain(gateCall: GateCall, { args, origin }: Prepared): Promise<never> {
  return requestReview(gateCall, {
    kind: 'guardrail',
    stage: 'before',
    proposed: args,
    origin,
    reason: 'Guardrails make something else of it than what a person has approved or written',
  });
}

function isSame(a: unknown, b: unknown): boolean {
  return hashOf(a ?? null) === hashOf(b ?? null);
}
