import { NonRetryableError } from '../../errors/index.js';
import type { ReviewDefinition } from '../../scope/index.js';
import { derivedId, hashOf, jsonSchemaOf, type JsonValue, type Usage } from '../../values/index.js';
import {
  type Choice,
  choicesOf,
  type RecordDraft,
  type ReviewKind,
  type ReviewRequested,
} from '../../workflow/index.js';
import { irreversibleAbove } from '../call-frame.js';
import { optional } from '../outcome.js';
import { asJson, type GateCall, recordDraft, locationOf } from '../gate-call.js';

export interface ReviewQuestion {
  readonly kind: ReviewKind;
  readonly stage: 'before' | 'after';
  readonly proposed: unknown;
  /** @default the proposal stands for itself */
  readonly origin?: Origin | undefined;
  readonly reason?: string | undefined;
  /** @default all of the kind */
  readonly choices?: readonly Choice[] | undefined;
  /** Of a call that was made: with which arguments, and what it has used. */
  readonly done?: Done | undefined;
}

/** What guardrails saw, as far as the call does not know it, and what they made of it. */
export interface Origin {
  readonly basis?: JsonValue;
  readonly guardedHash?: string;
}

export interface Done {
  readonly args: JsonValue | undefined;
  readonly usage: Usage | undefined;
}

/**
 * Puts a call before a person and stands still until somebody has decided. Never returns.
 * @param because records that tell why, right before the question
 */
export async function requestReview(
  gateCall: GateCall,
  question: ReviewQuestion,
  because: readonly RecordDraft[] = [],
): Promise<never> {
  const review = requestOf(gateCall, question);
  return waitFor(gateCall, review.reviewId, review, because);
}

/** Stands still until the review is decided. Never returns. */
export async function waitFor(
  gateCall: GateCall,
  reviewId: string,
  requested?: ReviewRequested,
  because: readonly RecordDraft[] = [],
): Promise<never> {
  const { attempt, frame } = gateCall;
  const above = irreversibleAbove(frame);
  if (above) {
    throw new NonRetryableError(
      `${locationOf(gateCall)} has to wait for a person, but stands inside the irreversible call ${above.call.name}, which would have to be begun again afterwards. Make the call before, in the step itself.`,
    );
  }
  const drafts = requested ? [...because, recordDraft(gateCall, 'review.requested', requested)] : [];
  return attempt.suspend(frame, drafts, { for: 'review', reviewId, step: attempt.place.step });
}

function requestOf(gateCall: GateCall, question: ReviewQuestion): ReviewRequested {
  const { attempt, frame, call } = gateCall;
  const { run } = attempt;
  const policy = call.review;
  const proposed = asJson(gateCall, question.proposed, `what is proposed at ${locationOf(gateCall)}`);
  const isStep = call.kind === 'step' && question.kind !== 'in-doubt';
  // What time may decide about a proposal, it may not decide about a call that has perhaps happened.
  const isIncident = question.kind === 'in-doubt' || question.kind === 'diverged';
  const expires =
    policy?.timeout === undefined || isIncident
      ? undefined
      : new Date(run.now() + policy.timeout).toISOString();
  const form = policy?.form === undefined ? undefined : jsonSchemaOf(policy.form);
  return {
    reviewId: derivedId(run.state.runId, frame.key, question.kind, run.state.seq),
    kind: question.kind,
    stage: question.stage,
    ...optional('proposed', proposed),
    proposedHash: hashOf(proposed ?? null),
    ...question.origin,
    reason: question.reason ?? `@HumanReview on ${locationOf(gateCall)}`,
    ...optional('title', policy?.title),
    ...optional('instructions', policy?.instructions),
    ...audience(policy),
    choices: question.choices ?? choicesOf[question.kind],
    ...optional('arguments', question.done?.args),
    ...optional('usage', question.done?.usage),
    ...optional('expiresAt', expires),
    onTimeout: policy?.onTimeout ?? 'reject',
    escalateTo: policy?.escalateTo ?? [],
    ...optional('form', form),
    ...(isStep ? {} : { key: frame.key, subject: `${call.kind} ${call.name}` }),
  };
}

/** Who may decide: those whom `@HumanReview` names, also where a guardrail asks. */
function audience(policy: ReviewDefinition | undefined) {
  return {
    roles: policy?.roles ?? [],
    users: policy?.users ?? [],
    quorum: policy?.quorum ?? 1,
    separationOfDuties: policy?.separationOfDuties ?? true,
  };
}
