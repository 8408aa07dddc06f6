import type { CallCheck, CheckedCall } from './checked-call.js';
import { requestReview } from './request-review.js';

/** Puts before a person what a guardrail wants one to look at. */
export const escalationCheck: CallCheck = {
  name: 'escalation',

  concerns({ escalation }: CheckedCall): boolean {
    return escalation !== undefined;
  },

  before: ask,
  after: ask,
};

/** Never settles. */
async function ask(checked: CheckedCall): Promise<void> {
  const { value: proposed, origin, escalation: reason, done } = checked;
  const stage = done ? 'after' : 'before';
  await requestReview(checked, { kind: 'guardrail', stage, proposed, origin, reason, done });
}
