import { synchronous, toErrorData } from '../../errors/index.js';
import { viewOf } from '../../workflow/index.js';
import { locationOf } from '../gate-call.js';
import type { CheckStage } from './check.js';
import type { CallCheck, CheckedCall } from './checked-call.js';
import { requestReview } from './request-review.js';

/** `@HumanReview`: puts arguments, or a result, before a person, where its `when` says so. */
export const reviewCheck: CallCheck = {
  name: 'human review',

  concerns({ call, approvedBy }: CheckedCall, stage: CheckStage): boolean {
    return approvedBy === 'nobody' && call.review?.at === (stage === 'before' ? 'before' : 'output');
  },

  /** Never settles where a person has to look. */
  async before(checked: CheckedCall): Promise<void> {
    const { call, value: proposed, origin } = checked;
    const match = matchOf(checked, { args: proposed });
    if (!match) return;
    const kind = call.review?.asks ?? (call.kind === 'step' ? 'before' : 'call');
    await requestReview(checked, { kind, stage: 'before', proposed, origin, reason: match.reason });
  },

  /** Never settles where a person has to look. */
  async after(checked: CheckedCall): Promise<void> {
    const { call, value: proposed, origin, done } = checked;
    const match = matchOf(checked, { output: proposed });
    if (!match) return;
    const kind = call.kind === 'step' ? 'output' : 'call';
    await requestReview(checked, { kind, stage: 'after', proposed, origin, reason: match.reason, done });
  },
};

/** Undefined where nobody has to look. An error in `when` asks: what can't be judged is put before a person. */
function matchOf(
  checked: CheckedCall,
  subject: { readonly args?: unknown; readonly output?: unknown },
): { readonly reason?: string } | undefined {
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
