import type { Clock } from '../../clock/index.js';
import { RateLimitExceededError } from '../../errors/index.js';
import { type RateLimiter, type RateOutcome, rateLimitError, type RateWant } from '../../limits/index.js';
import { amountsOf } from '../../workflow/index.js';
import { irreversibleAbove } from '../call-frame.js';
import type { CheckStage } from '../checks/check.js';
import type { CallCheck, CheckedCall } from '../checks/checked-call.js';
import { isToolCall, locationOf, recordDraft } from '../gate-call.js';
import { rateSubjectOf } from './rate-subject.js';

/** Milliseconds that are sat out in the process; longer waits are timers of the run. */
const shortWait = 1_000;

/** Lets a call wait for its turn under rate limits, or refuses it where they say so. */
export class RateCheck implements CallCheck {
  readonly name = 'rate limits';

  constructor(
    private readonly limiter: RateLimiter | undefined,
    private readonly clock: Clock,
  ) {}

  concerns({ call }: CheckedCall, stage: CheckStage): boolean {
    if (!this.limiter || this.limiter.isEmpty || stage !== 'before') return false;
    if (call.kind === 'step') return this.limiter.limitsSteps;
    return call.estimate !== undefined || call.kind === 'agent' || isToolCall(call);
  }

  /** @throws {RateLimitExceededError} where a limit says `fail`, or nothing can wait */
  before(checked: CheckedCall): Promise<void> | void {
    const { attempt, frame } = checked;
    if (!this.limiter) return;
    const turn = attempt.activationState.turns?.get(frame.key);
    // It has its turn, for which nothing is taken once more; calls beside it may have theirs sooner.
    if (turn !== undefined) return this.until(checked, Date.parse(turn));
    const wants = this.wantsOf(this.limiter, checked);
    if (wants.length === 0) return;
    const mayWait =
      attempt.run.definition.mayWait !== false &&
      wants.every(({ bucket }) => bucket.limit.onExceeded !== 'fail');
    const taking = this.limiter.take(wants, mayWait);
    return taking instanceof Promise
      ? taking.then((outcome) => this.follow(checked, outcome))
      : this.follow(checked, taking);
  }

  private follow(checked: CheckedCall, outcome: RateOutcome): Promise<void> | void {
    if (outcome.outcome === 'refused') return this.refuse(checked, outcome);
    checked.frame.rates = outcome.grant;
    return this.until(checked, checked.attempt.run.now() + outcome.wait, outcome.bucket?.owner);
  }

  private wantsOf(limiter: RateLimiter, checked: CheckedCall): RateWant[] {
    const { call, value } = checked;
    const tokens = call.estimate ? amountsOf(call.estimate(value)).tokens : 0;
    const subject = rateSubjectOf(checked);
    const { tool, model, step } = subject;
    const agent = call.kind === 'agent' ? call.name : undefined;
    const called = { tool, model, agent, step: call.kind === 'step' ? step : undefined };
    return limiter.wantsOfCall(subject, called, tokens);
  }

  /** @param turn milliseconds since the epoch @param rate whose limit it is */
  private until(checked: CheckedCall, turn: number, rate?: string): Promise<void> | void {
    const rest = turn - checked.attempt.run.now();
    if (rest > 0) return this.wait(checked, turn, rest, rate);
  }

  private async wait(checked: CheckedCall, turn: number, rest: number, rate?: string): Promise<void> {
    const { attempt, frame } = checked;
    const mustStay = attempt.phase === 'compensate' || irreversibleAbove(frame) !== undefined;
    if (rest <= shortWait || mustStay) {
      await this.clock.sleep(rest, attempt.stop.signal);
      attempt.stop.throwIfAborted();
      return;
    }
    // Its turn is on record, and stays its own.
    frame.rates = undefined;
    await attempt.suspend(frame, [], {
      for: 'timer',
      timer: 'rate',
      until: new Date(turn).toISOString(),
      step: attempt.place.step,
      call: frame.key,
      ...(rate === undefined ? {} : { rate }),
    });
  }

  private async refuse(
    checked: CheckedCall,
    { bucket, wait }: Extract<RateOutcome, { outcome: 'refused' }>,
  ): Promise<never> {
    const { kind, name } = checked.call;
    const error: RateLimitExceededError = rateLimitError(locationOf(checked), bucket, wait);
    const denied = { rule: 'rate limit', kind, name, reason: error.message };
    await checked.attempt.append([recordDraft(checked, 'policy.denied', denied)]);
    throw error;
  }
}
