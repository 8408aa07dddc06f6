import { synchronous, toErrorData } from '../../errors/index.js';
import { lineageOf, viewOf } from '../../workflow/index.js';
import { locationOf } from '../gate-call.js';
import type { ReviewRoom } from '../limits/review-room.js';
import type { CheckStage } from './check.js';
import type { CallCheck, CheckedCall } from './checked-call.js';
import { requestReview } from './request-review.js';
import { isSampled } from './sampling.js';

/** `@HumanReview`: puts arguments, or a result, before a person, where its `when` says so. */
export class ReviewCheck implements CallCheck {
  readonly name = 'human review';

  /** @param samplingSecret by which it is drawn whether a person looks */
  constructor(
    private readonly samplingSecret: string | undefined,
    private readonly room: ReviewRoom,
  ) {}

  concerns({ call, approvedBy, hit }: CheckedCall, stage: CheckStage): boolean {
    if (hit) return false;
    return approvedBy === 'nobody' && call.review?.at === (stage === 'before' ? 'before' : 'output');
  }

  /** Never settles where a person has to look. */
  async before(checked: CheckedCall): Promise<void> {
    const { call, value: proposed, origin } = checked;
    const match = this.matchOf(checked, { args: proposed });
    if (!match) return;
    const kind = call.review?.asks ?? (call.kind === 'step' ? 'before' : 'call');
    const question = { kind, stage: 'before', proposed, origin, reason: match.reason } as const;
    await requestReview(checked, question, { room: this.room });
  }

  /** Never settles where a person has to look. */
  async after(checked: CheckedCall): Promise<void> {
    const { call, value: proposed, origin, done } = checked;
    const match = this.matchOf(checked, { output: proposed });
    if (!match) return;
    const kind = call.kind === 'step' ? 'output' : 'call';
    const question = { kind, stage: 'after', proposed, origin, reason: match.reason, done } as const;
    await requestReview(checked, question, { room: this.room });
  }

  /** Undefined where nobody has to look. What can't be judged is put before a person, and not drawn for. */
  private matchOf(checked: CheckedCall, subject: Judged): Match | undefined {
    const match = wantedOf(checked, subject);
    return match && (match.reason !== undefined || this.isDrawn(checked)) ? match : undefined;
  }

  private isDrawn({ attempt, call }: CheckedCall): boolean {
    const share = call.review?.sample;
    // The secret is asked for at boot.
    if (share === undefined || this.samplingSecret === undefined) return true;
    const { step, iteration, item } = attempt.place;
    const lineage = lineageOf(attempt.run.state);
    const subject = `${call.kind} ${call.name}`;
    return isSampled(this.samplingSecret, { lineage, step, iteration, item, subject }, share);
  }
}

/** Of a call: its arguments, or its result. */
interface Judged {
  readonly args?: unknown;
  readonly output?: unknown;
}

/** `reason` only where it is another one than that `when` says so. */
interface Match {
  readonly reason?: string;
}

/** Undefined where nobody has to look. An error in `when` asks. */
function wantedOf(checked: CheckedCall, subject: Judged): Match | undefined {
  const { attempt, call, principal } = checked;
  if (!call.review?.when) return {};
  const { input, outputs } = viewOf(attempt.run.definition, attempt.run.state, attempt.place.step);
  try {
    const isWanted: unknown = call.review.when({ ...subject, input, outputs, principal });
    return synchronous(isWanted, 'it') ? {} : undefined;
  } catch (error) {
    const why = toErrorData(error).message;
    return { reason: `@HumanReview on ${locationOf(checked)} asks because its \`when\` threw: ${why}` };
  }
}
