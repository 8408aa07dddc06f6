import { synchronous, toErrorData } from '../../errors/index.js';
import { viewOf } from '../../workflow/index.js';
import { requestReview, type Done, type Origin } from './request-review.js';
import { type GateCall, locationOf } from '../gate-call.js';
import type { Prepared } from './prepared-arguments.js';

/** `@HumanReview({ at: 'before' })`: returns at once where nobody has to look, else never. */
export async function askBefore(
  gateCall: GateCall,
  { args, origin }: Pick<Prepared, 'args' | 'origin'>,
): Promise<void> {
  const { call } = gateCall;
  const policy = call.review?.at === 'before' ? matchedPolicy(gateCall, { args }) : undefined;
  if (!policy) return;
  const kind = call.kind === 'step' ? 'before' : 'call';
  await requestReview(gateCall, { kind, stage: 'before', proposed: args, origin, reason: policy.reason });
}

/** `@HumanReview({ at: 'output' })`: returns at once where nobody has to look, else never. */
export async function askAfter(
  gateCall: GateCall,
  result: unknown,
  done: Done,
  origin: Origin,
): Promise<void> {
  const { call } = gateCall;
  const policy = call.review?.at === 'output' ? matchedPolicy(gateCall, { output: result }) : undefined;
  if (!policy) return;
  const kind = call.kind === 'step' ? 'output' : 'call';
  await requestReview(gateCall, {
    kind,
    stage: 'after',
    proposed: result,
    origin,
    reason: policy.reason,
    done,
  });
}

/** An error in `when` asks: what can't be judged is put before a person. */
function matchedPolicy(
  { attempt, call, frame }: GateCall,
  subject: { readonly args?: unknown; readonly output?: unknown },
): { readonly reason?: string } | undefined {
  if (!call.review?.when) return {};
  const { state, definition } = attempt.run;
  const { input, outputs } = viewOf(definition, state, attempt.place.step);
  const principal = state.created.principal;
  try {
    const isWanted: unknown = call.review.when({ ...subject, input, outputs, principal });
    return synchronous(isWanted, 'it') ? {} : undefined;
  } catch (error) {
    const where = locationOf({ attempt, call, frame });
    return {
      reason: `@HumanReview on ${where} asks because its \`when\` threw: ${toErrorData(error).message}`,
    };
  }
}
