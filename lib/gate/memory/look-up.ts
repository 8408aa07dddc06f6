import { type ErrorData, InDoubtError, ReviewRejectedError } from '../../errors/index.js';
import type { JsonValue } from '../../values/index.js';
import type { Decision, ReviewRequested } from '../../workflow/index.js';
import type { Call, RecalledCall } from '../../scope/index.js';
import type { Attempt } from '../attempt.js';
import type { CallFrame } from '../call-frame.js';
import { nextKeyOf } from './call-memory.js';
import { type GateCall, locationOf } from '../gate-call.js';

/** What the journal already knows of a call. */
export type MemoizedOutcome =
  | { readonly kind: 'new' }
  | { readonly kind: 'result'; readonly result: JsonValue | undefined }
  | { readonly kind: 'error'; readonly error: ErrorData }
  /** Learnt late, and not checked yet. */
  | {
      readonly kind: 'reported';
      readonly result: JsonValue | undefined;
      readonly arguments: JsonValue | undefined;
    }
  /** A person has been asked and has not answered. */
  | { readonly kind: 'open'; readonly reviewId: string }
  | DecidedCall
  /** Begun, and nobody knows how it went. */
  | { readonly kind: 'in-doubt' };

/** A person has decided about it. */
export interface DecidedCall {
  readonly kind: 'decided';
  readonly review: ReviewRequested;
  readonly decision: Decision;
}

export function lookUp({ attempt, frame, call }: GateCall): MemoizedOutcome {
  const { activationState, run } = attempt;
  if (call.kind === 'step' && isUntouched(attempt)) return { kind: 'new' };
  if (isRepeated(frame.parent, frame.key)) return { kind: 'new' };
  const remembered = activationState.calls.get(frame.key);
  if (remembered?.status === 'completed')
    return call.forgetsResult ? { kind: 'new' } : { kind: 'result', result: remembered.result };
  if (remembered?.status === 'reported')
    return { kind: 'reported', result: remembered.result, arguments: remembered.arguments };
  if (remembered?.status === 'failed' && remembered.error) return { kind: 'error', error: remembered.error };
  const open = [...run.state.reviews.values()].find((review) => review.key === frame.key);
  if (open) return { kind: 'open', reviewId: open.reviewId };
  const decided = activationState.callDecisions.get(frame.key);
  // What was decided before the call was begun says nothing about how it went.
  const isAnswer = !remembered || call.onInDoubt === 'retry' || (decided?.decision.seq ?? 0) > remembered.seq;
  if (decided && isAnswer) return { kind: 'decided', ...decided };
  if (call.kind === 'step' && activationState.decision && activationState.review) {
    return { kind: 'decided', review: activationState.review, decision: activationState.decision };
  }
  return remembered ? { kind: 'in-doubt' } : { kind: 'new' };
}

/** What is on record of a call that would be made now. It is not made, and not counted. */
export function recalledCall(
  attempt: Attempt,
  call: Pick<Call, 'kind' | 'name' | 'arguments' | 'position'>,
  parent?: CallFrame,
): RecalledCall | undefined {
  const { calls } = attempt.activationState;
  // The key of a call is a hash, which costs.
  if (calls.size === 0) return undefined;
  const key = nextKeyOf(attempt, call, parent);
  return isRepeated(parent, key) ? undefined : calls.get(key);
}

/** The body of a call above it begins again after a failure. */
function isRepeated(parent: CallFrame | undefined, key: string): boolean {
  for (let above = parent; above; above = above.parent)
    if (above.repeated.size > 0 && above.repeated.has(key)) return true;
  return false;
}

/** Nothing is known of this activation but that it may begin: no name has to be looked up. */
function isUntouched({ activationState, run }: GateCall['attempt']): boolean {
  const { calls, callDecisions, decision } = activationState;
  return calls.size === 0 && callDecisions.size === 0 && run.state.reviews.size === 0 && !decision;
}

/** Not what went wrong: a call in doubt, or one that has diverged. */
export function isProposal({ kind }: ReviewRequested): boolean {
  return kind !== 'in-doubt' && kind !== 'diverged';
}

/** What a person's no means for the code that made the call. */
export function rejection(gateCall: GateCall, review: ReviewRequested, decision: Decision): Error {
  const reason = decision.reason === undefined ? '' : `: ${decision.reason}`;
  const details = {
    reviewId: review.reviewId,
    by: decision.by,
    ...(decision.reason === undefined ? {} : { reason: decision.reason }),
  };
  if (review.kind === 'in-doubt') {
    return new InDoubtError(
      `${locationOf(gateCall)}: its outcome is unknown, and ${decision.by} decided to stop${reason}`,
      { details },
    );
  }
  return new ReviewRejectedError(`${locationOf(gateCall)} was rejected by ${decision.by}${reason}`, {
    details,
  });
}
