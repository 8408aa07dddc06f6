import type { ReviewRoom } from '../limits/review-room.js';
import type { CallCheck, CheckedCall } from './checked-call.js';
import { requestReview } from './request-review.js';

/** Puts before a person what a guardrail wants one to look at. */
export class EscalationCheck implements CallCheck {
  readonly name = 'escalation';

  constructor(private readonly room: ReviewRoom) {}

  concerns({ escalation }: CheckedCall): boolean {
    return escalation !== undefined;
  }

  before(checked: CheckedCall): Promise<void> {
    return this.ask(checked);
  }

  after(checked: CheckedCall): Promise<void> {
    return this.ask(checked);
  }

  /** Never settles. */
  private async ask(checked: CheckedCall): Promise<void> {
    const { value: proposed, origin, escalation, done } = checked;
    const stage = done ? 'after' : 'before';
    const question = { kind: 'guardrail', stage, proposed, origin, ...escalation, done } as const;
    await requestReview(checked, question, { room: this.room });
  }
}
