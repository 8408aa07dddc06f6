import type { OpenReviewLimits } from '../../limits/index.js';
import { tenantOfRun } from '../../workflow/index.js';
import { type GateCall, recordDraft } from '../gate-call.js';

/** Lets a question for people wait while too many are open. */
export class ReviewRoom {
  /** @param limits absent where nothing is performed */
  constructor(private readonly limits: OpenReviewLimits | undefined) {}

  /** Never settles where there is no room: the run pauses until there is. */
  async enter(gateCall: GateCall, reviewId: string): Promise<void> {
    const { attempt, frame, call } = gateCall;
    const { state } = attempt.run;
    const since = state.seq;
    const owner = {
      runId: state.runId,
      tenant: tenantOfRun(state.created),
      user: state.created.principal?.id,
    };
    const full = await this.limits?.take(reviewId, owner, state.reviews);
    attempt.stop.throwIfAborted();
    if (!full) return;
    const { kind, name } = call;
    const reason = `${full.most} ${full.name} wait for people already, and no more may`;
    const denied = recordDraft(gateCall, 'policy.denied', { rule: 'open reviews', kind, name, reason });
    const wait = {
      for: 'reviews',
      limit: full.name,
      generation: 0,
      since,
      step: attempt.place.step,
    } as const;
    await attempt.suspend(frame, [denied], wait);
  }
}
