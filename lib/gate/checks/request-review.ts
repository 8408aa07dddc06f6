import { withinOf } from '../memory/call-memory.js';
import { NonRetryableError } from '../../errors/index.js';
import { derivedId, jsonSchemaOf, type Principal } from '../../values/index.js';
import {
  type Choice,
  type RecordDraft,
  type ReviewKind,
  type ReviewRequested,
  reviewRequest,
} from '../../workflow/index.js';
import { irreversibleAbove } from '../call-frame.js';
import { asJson, type GateCall, recordDraft, locationOf } from '../gate-call.js';
import type { ReviewRoom } from '../limits/review-room.js';
import type { Done, Origin } from './checked-call.js';

/** What is put before a person about a call. */
export interface CallQuestion {
  readonly kind: ReviewKind;
  readonly stage: 'before' | 'after';
  readonly proposed: unknown;
  /** @default the proposal stands for itself */
  readonly origin?: Origin | undefined;
  readonly reason?: string | undefined;
  /** Which guardrail has asked for it, if one did. */
  readonly guardrail?: string | undefined;
  /** @default all of the kind */
  readonly choices?: readonly Choice[] | undefined;
  /** Of a call that was made: with which arguments, and what it has used. */
  readonly done?: Done | undefined;
}

export interface ReviewRequestOptions {
  /** Records that tell why, right before the question. */
  readonly because?: readonly RecordDraft[];
  /**
   * Where the question waits while too many are open. One about what was done already does not wait.
   * @default none: it is asked all the same, as what went wrong is
   */
  readonly room?: ReviewRoom;
}

/** Puts a call before a person and waits until somebody has decided. Never returns. */
export async function requestReview(
  gateCall: GateCall,
  question: CallQuestion,
  { because = [], room }: ReviewRequestOptions = {},
): Promise<never> {
  const review = requestOf(gateCall, question);
  assertMayWait(gateCall);
  if (mayBeginAgain(gateCall, question)) await room?.enter(gateCall, review.reviewId);
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
  assertMayWait(gateCall);
  const drafts = requested ? [...because, recordDraft(gateCall, 'review.requested', requested)] : [];
  return attempt.suspend(frame, drafts, { for: 'review', reviewId, step: attempt.place.step });
}

/** Whether nothing is lost where the question waits: what was done already would be done, and paid, once more afterwards. */
function mayBeginAgain({ attempt, call }: GateCall, { stage }: CallQuestion): boolean {
  if (stage === 'before') return true;
  return call.kind === 'step' && call.effect !== 'irreversible' && attempt.definition.transactional !== true;
}

/** @throws {NonRetryableError} */
function assertMayWait(gateCall: GateCall): void {
  const above = irreversibleAbove(gateCall.frame);
  if (!above) return;
  throw new NonRetryableError(
    `${locationOf(gateCall)} has to wait for a person, but is inside the irreversible call ${above.call.name}, which would have to be begun again afterwards. Make the call before, in the step itself.`,
  );
}

function requestOf(gateCall: GateCall, question: CallQuestion): ReviewRequested {
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
  return reviewRequest({
    reviewId: derivedId(run.state.runId, frame.key, question.kind, run.state.seq),
    kind: question.kind,
    stage: question.stage,
    proposed,
    ...question.origin,
    reason: question.reason ?? `@HumanReview on ${locationOf(gateCall)}`,
    title: policy?.title,
    instructions: policy?.instructions,
    // Those whom `@HumanReview` names decide also where a guardrail asks.
    roles: policy?.roles,
    users: policy?.by === 'starter' ? idsOf(run.state.created.principal) : policy?.users,
    quorum: policy?.quorum,
    separationOfDuties: policy?.by === 'starter' ? false : policy?.separationOfDuties,
    choices: question.choices,
    arguments: question.done?.args,
    usage: question.done?.usage,
    expiresAt: expires,
    // Time does not let pass what a guardrail has stopped.
    onTimeout:
      question.kind === 'guardrail' && policy?.onTimeout === 'approve' ? 'reject' : policy?.onTimeout,
    escalation: policy?.escalation,
    remindEvery: policy?.remindEvery,
    guardrail: question.guardrail,
    form,
    ...(isStep ? {} : { key: frame.key, subject: `${call.kind} ${call.name}`, position: call.position }),
    within: call.position === undefined ? undefined : withinOf(frame.parent),
  });
}

function idsOf(starter: Principal | undefined): readonly string[] {
  return starter ? [starter.id] : [];
}
