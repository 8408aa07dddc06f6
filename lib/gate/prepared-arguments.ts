import { hashOf, type JsonValue } from '../values/index.js';
import type { ReviewRequested } from '../workflow/index.js';
import { ask, type Origin } from './ask.js';
import { fitArguments } from './checking.js';
import { driftOf, stopIfDrifted } from './drift.js';
import { guardBefore, guardsBefore, type SeenBy } from './guarding.js';
import type { GuardrailStages } from './guardrails/index.js';
import type { Passage } from './passage.js';

const noOrigin: Origin = Object.freeze({});

/** Arguments as guardrails and schema have left them: what is shown, approved, recorded and performed. */
export interface Prepared {
  readonly args: unknown;
  /** Goes with a question about them, so that an approval can be checked against the guardrails of its day. */
  readonly origin: Origin;
}

/** The call's own arguments. Never settles where a person has to look first. */
export function ownArguments(
  passage: Passage,
  stages: GuardrailStages,
  seen: SeenBy,
): Prepared | Promise<Prepared> {
  const { call } = passage;
  if (call.input || guardsBefore(stages, call) || driftOf(passage)) return prepareOwn(passage, stages, seen);
  return plainArguments(passage, call.arguments);
}

async function prepareOwn(passage: Passage, stages: GuardrailStages, seen: SeenBy): Promise<Prepared> {
  const prepared = await prepare(passage, stages, passage.call.arguments, seen);
  if (seen === 'nobody' && driftOf(passage)) await stopIfDrifted(passage, prepared);
  return prepared;
}

/** What a person has written in place of the arguments. If guardrails change it, a person sees it again. */
export function writtenArguments(value: JsonValue | undefined) {
  return async (passage: Passage, stages: GuardrailStages, seen: SeenBy): Promise<Prepared> => {
    const prepared = await prepare(passage, stages, value, seen);
    return prepared.origin.guardedHash === undefined ? prepared : askAgain(passage, prepared);
  };
}

/** What a person has approved is performed, and nothing that is computed again; guardrails may still object. */
export function approvedArguments(review: ReviewRequested) {
  return async (passage: Passage, stages: GuardrailStages, seen: SeenBy): Promise<Prepared> => {
    if (guardsBefore(stages, passage.call)) {
      const basis = review.basis ?? passage.call.arguments;
      const { value } = await guardBefore(stages, passage, basis, seen);
      if (!isAsApproved(value, review, basis))
        return askAgain(passage, await preparedFrom(passage, basis, value));
    }
    return { args: review.proposed, origin: noOrigin };
  };
}

/**
 * Of a call that was begun before: the arguments that it was begun with, since with others it would be another call.
 * Guardrails may block it.
 */
export async function intendedArguments(
  passage: Passage,
  stages: GuardrailStages,
  seen: SeenBy,
): Promise<Prepared> {
  const args = intendedOf(passage);
  if (guardsBefore(stages, passage.call)) await guardBefore(stages, passage, args, seen);
  return { args, origin: noOrigin };
}

/** What a call that was begun before was begun with; a person may have written it. */
export function intendedOf({ attempt, frame, call }: Passage): unknown {
  // The intent of a step does not repeat what it reads.
  const remembered = call.kind === 'step' ? undefined : attempt.activation.calls.get(frame.key);
  return remembered ? remembered.arguments : call.arguments;
}

/** Through the guardrails and then, once, through the schema. Never settles where a guardrail wants a person to look. */
async function prepare(
  passage: Passage,
  stages: GuardrailStages,
  basis: unknown,
  seen: SeenBy,
): Promise<Prepared> {
  const { value, escalated } = guardsBefore(stages, passage.call)
    ? await guardBefore(stages, passage, basis, seen)
    : { value: basis };
  const prepared = await preparedFrom(passage, basis, value);
  if (escalated === undefined) return prepared;
  const { args: proposed, origin } = prepared;
  return ask(passage, { kind: 'guardrail', stage: 'before', proposed, origin, reason: escalated });
}

/** What guardrails have made of the basis, after the schema. */
async function preparedFrom(passage: Passage, basis: unknown, guarded: unknown): Promise<Prepared> {
  const { input } = passage.call;
  const plain = plainArguments(passage, basis);
  const isChanged = guarded !== basis && !isSame(guarded, basis);
  return {
    args: input ? await fitArguments(passage, input, guarded) : guarded,
    origin: isChanged ? { ...plain.origin, guardedHash: hashOf(guarded ?? null) } : plain.origin,
  };
}

/** Arguments that neither guardrails nor a schema look at. */
function plainArguments({ call }: Passage, basis: unknown): Prepared {
  // What a person wrote was made JSON when it came in.
  const origin = basis === call.arguments ? noOrigin : { basis: (basis ?? null) as JsonValue };
  return { args: basis, origin };
}

/** Whether guardrails make the same of it today as when it was put before the person who approved it. */
function isAsApproved(guarded: unknown, { guardedHash }: Origin, basis: unknown): boolean {
  return guardedHash === undefined ? isSame(guarded, basis) : hashOf(guarded ?? null) === guardedHash;
}

/** Guardrails have changed what a person had approved or written: it is another question. Never returns. */
function askAgain(passage: Passage, { args, origin }: Prepared): Promise<never> {
  return ask(passage, {
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
