import { RateLimitExceededError } from '../../errors/index.js';
import type { ConcurrencyLimiter, Slot } from '../../limits/index.js';
import type { GatedRun } from '../attempt.js';
import { type CallFrame, irreversibleAbove, isNestedIn } from '../call-frame.js';
import type { CheckedCall } from '../checks/checked-call.js';
import { isToolCall, locationOf } from '../gate-call.js';
import { rateSubjectOf } from './rate-subject.js';

/** Milliseconds that are waited in the process; longer waits give the run back. */
const shortWait = 1_000;
/** Milliseconds after which a call is refused that is part of an irreversible one: that can't begin again later. */
const longestWithin = 30_000;

/** Lets a call wait until fewer are in flight, where that is limited. */
export class ConcurrencyCheck {
  /** @param limits absent where nothing is performed */
  constructor(private readonly limits: ConcurrencyLimiter | undefined) {}

  /**
   * Right before the call is made: what it takes it has until it has ended, with all of its attempts. Undefined where nothing is
   * limited.
   * @throws {RateLimitExceededError} later, where a limit says `fail`, or the call can't wait
   */
  enter(checked: CheckedCall): Promise<void> | undefined {
    const { limits } = this;
    const { call, frame } = checked;
    if (!limits || limits.isEmpty || !(call.kind === 'model' || isToolCall(call))) return undefined;
    const held = heldAround(frame);
    // A call within one that has a slot needs none: it would wait for itself.
    const subject = rateSubjectOf(checked);
    const slots = limits.slotsOf(subject).filter(({ owner }) => !held.has(owner));
    return slots.length === 0 ? undefined : this.wait(checked, limits, { slots, tenant: subject.tenant });
  }

  private async wait(
    checked: CheckedCall,
    limits: ConcurrencyLimiter,
    { slots, tenant }: { readonly slots: readonly Slot[]; readonly tenant: string | undefined },
  ): Promise<void> {
    const { attempt, frame } = checked;
    const { state, definition } = attempt.run;
    const begun = attempt.run.now();
    const since = state.seq;
    const mustStay =
      attempt.phase === 'compensate' ||
      definition.mayWait === false ||
      irreversibleAbove(frame) !== undefined;
    frame.isInLine = true;
    try {
      for (let hasWaited = (state.limitsEased?.size ?? 0) > 0; ; hasWaited = true) {
        const found = await limits.take({
          slots,
          tenant,
          hasWaited,
          patience: shortWait,
          mayLeave: () => !mustStay && !hasOthers(attempt.run),
          signal: attempt.stop.signal,
        });
        if (found.outcome === 'taken') {
          frame.slots = found.grant;
          return attempt.stop.throwIfAborted();
        }
        attempt.stop.throwIfAborted();
        const { slot } = found;
        if (slot.onExceeded === 'fail' || definition.mayWait === false) return await refuse(checked, slot);
        if (attempt.phase === 'compensate') continue;
        if (mustStay) {
          if (attempt.run.now() - begun >= longestWithin) return await refuse(checked, slot);
        } else if (!hasOthers(attempt.run)) {
          const limit = limits.waitFor(slot);
          const { step } = attempt.place;
          return await attempt.suspend(frame, [], { for: 'calls', limit, generation: 0, since, step });
        }
      }
    } finally {
      frame.isInLine = false;
    }
  }
}

function heldAround(frame: CallFrame): ReadonlySet<string> {
  const held = new Set<string>();
  for (let one = frame.parent; one; one = one.parent)
    for (const owner of one.slots?.owners ?? []) held.add(owner);
  return held;
}

/** Whether other calls of the run are going on: it is held as long as they are. */
function hasOthers({ calls }: GatedRun): boolean {
  const inLine = [...calls].filter((frame) => frame.isInLine);
  return [...calls].some(
    (frame) => !frame.suspended && !frame.isInLine && !inLine.some((one) => isNestedIn(one, frame)),
  );
}

async function refuse(checked: CheckedCall, { owner, calls }: Slot): Promise<never> {
  const { kind, name } = checked.call;
  const error = new RateLimitExceededError(
    `${locationOf(checked)} was refused: ${owner} may have ${calls} ${calls === 1 ? 'call' : 'calls'} in flight, and there ${calls === 1 ? 'is one' : `are ${calls}`}. Try again in ${shortWait / 1_000} s.`,
    { retryAfter: shortWait, details: { owner, unit: 'calls', limit: calls } },
  );
  await checked.record('policy.denied', { rule: 'concurrency limit', kind, name, reason: error.message });
  throw error;
}
