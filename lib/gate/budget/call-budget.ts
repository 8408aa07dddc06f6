import { BudgetExceededError, logSafely, toErrorData } from '../../errors/index.js';
import type { Reservation, SharedBudgets } from '../../limits/index.js';
import { addUsage, noUsage, type Usage } from '../../values/index.js';
import { amountInWords, type BudgetUnit, restOf, type Wait } from '../../workflow/index.js';
import type { FrameBudget } from '../call-frame.js';
import { type Exceeded, release, reserve } from './budget.js';
import { type GateCall, recordDraft, locationOf } from '../gate-call.js';
import { reserveShared, sharedRefusal, warnings } from './shared-budget.js';

/** A request was sent, and the other side has refused it: a call, that has used nothing. */
const refused: Usage = Object.freeze({ ...noUsage, calls: 1 });

/**
 * What a call costs: the most that its next attempt may use is set aside, what its failed attempts have used, or may
 * have used, is kept. Whatever was sent counts.
 */
export class CallBudget implements FrameBudget {
  /** Of attempts that have failed. */
  private lost: Usage = noUsage;
  /** An attempt is on its way, and nothing is known of what it has used. */
  private isSent = false;

  private constructor(
    private readonly gateCall: GateCall,
    private readonly args: unknown,
    private readonly estimate: Usage,
    /** In the budgets that many runs share. */
    readonly reservation: Reservation | undefined,
  ) {}

  /** @throws {BudgetExceededError}; never settles where the budget says `pause` */
  static async reserve(
    gateCall: GateCall,
    args: unknown,
    shared: SharedBudgets | undefined,
  ): Promise<CallBudget> {
    const { attempt, call, frame } = gateCall;
    const since = attempt.run.state.seq;
    const estimate = call.estimate?.(args) ?? noUsage;
    const exceeded = reserve(attempt, frame.key, estimate);
    if (exceeded) return refuse(gateCall, exceeded, { for: 'budget', step: attempt.place.step, since });
    const granted = shared && (await reserveShared(shared, gateCall, estimate));
    if (shared && granted?.outcome === 'refused') {
      release(attempt.run, frame);
      const refusal = await sharedRefusal(shared, gateCall, granted, estimate);
      return refuse(gateCall, refusal.exceeded, refusal.wait);
    }
    const reservation = granted?.outcome === 'reserved' ? granted.reservation : undefined;
    const budget = new CallBudget(gateCall, args, estimate, reservation);
    frame.budget = budget;
    const warned = warnings(gateCall, granted);
    if (warned.length > 0) await attempt.append(warned);
    return budget;
  }

  /** An attempt begins: from now on it counts as a call, whatever becomes of it. */
  sent(): void {
    this.isSent = true;
  }

  /** Whether there is enough for another attempt after this failure. */
  async canRetry(error: unknown): Promise<boolean> {
    this.book(error);
    const { attempt, frame } = this.gateCall;
    const most = addUsage(this.lost, this.estimate);
    if (reserve(attempt, frame.key, most)) return false;
    if (!this.reservation) return true;
    return (await this.reservation.raiseTo(most)).outcome === 'reserved';
  }

  get most(): Usage {
    return addUsage(this.lost, this.estimate);
  }

  /** What the call has used, now that its result is known. Where that can't be told it is the estimate: a result is never lost. */
  actualUsage(result: unknown): Usage {
    return addUsage(this.lost, this.usedFor(result));
  }

  /** What it is taken to have used, now that it has failed for good: an unknown outcome counts in full. */
  usageAfterFailure(error: unknown): Usage | undefined {
    this.book(error);
    return this.lost.calls > 0 ? this.lost : undefined;
  }

  private usedFor(result: unknown): Usage {
    const { call } = this.gateCall;
    try {
      return call.settle?.(result, this.args) ?? this.estimate;
    } catch (error) {
      const why = toErrorData(error).message;
      logSafely(
        'error',
        `${locationOf(this.gateCall)} counts at its estimate, since what it used is unknown: ${why}`,
      );
      return this.estimate;
    }
  }

  private book(error: unknown): void {
    if (!this.isSent) return;
    this.isSent = false;
    this.lost = addUsage(this.lost, usedBy(error, this.estimate));
  }
}

/** What a failed attempt has used, or may have used: by what the error says of it, and in full where it says nothing. */
function usedBy(error: unknown, estimate: Usage): Usage {
  const { code, details } = toErrorData(error);
  const outcome = details?.['outcome'];
  // It never left the house.
  if (code === 'NOT_PERFORMED' || outcome === 'not-sent') return noUsage;
  return outcome === 'refused' ? refused : estimate;
}

/** @throws {BudgetExceededError}; never settles where the budget says `pause` */
async function refuse(gateCall: GateCall, exceeded: Exceeded, wait: Wait): Promise<never> {
  const { attempt, frame } = gateCall;
  const { onExceeded, ...facts } = exceeded;
  const record = recordDraft(gateCall, 'budget.exceeded', facts);
  if (onExceeded === 'pause') return attempt.suspend(frame, [record], wait);
  await attempt.append([record]);
  throw new BudgetExceededError(refusalInWords(gateCall, exceeded), { details: { ...exceeded } });
}

function refusalInWords(gateCall: GateCall, exceeded: Exceeded): string {
  const { scope, owner, window, unit, limit, used, wanted, reserved = 0, holders = [] } = exceeded;
  const { created } = gateCall.attempt.run.state;
  const words = (amount: number): string => amountInWords(unit, amount);
  const left = restOf(unit, limit, used);
  const held = holders.map(
    ({ step, runId, workerId = '', amount }) =>
      `${step ?? `worker ${workerId}`}${runId === undefined ? '' : ` (run ${runId})`} holds ${words(amount)}`,
  );
  return [
    `${locationOf(gateCall)} may use up to ${words(wanted)}, but of ${owner === undefined ? `the ${scope}'s budget` : `the budget of ${owner} (${window ?? ''})`} of ${words(limit)} ${left === 0 ? 'nothing is' : `only ${words(left)} ${isOne(unit, left) ? 'is' : 'are'}`} left.`,
    ...(reserved > 0
      ? [`${words(reserved)} ${isOne(unit, reserved) ? 'is' : 'are'} set aside: ${held.join(', ')}.`]
      : []),
    ...(scope === 'run' && created.parent ? [originOf(limit, created.parent)] : []),
    `Raise the budget, lower maxTokens, or choose onExceeded: 'pause'.`,
  ].join(' ');
}

function isOne(unit: BudgetUnit, amount: number): boolean {
  return unit === 'usd' || amount === 1;
}

/** Of a sub-workflow's budget. */
function originOf(limit: number, parent: { readonly runId: string; readonly step: string }): string {
  const origin = `what its parent (run ${parent.runId}, step ${parent.step}) could set aside for it`;
  if (limit > 0) return `That is ${origin}.`;
  return `That is ${origin}: nothing was left, or nothing that is injected into the sub-workflow can ask models. If it shall ask them, inject ModelService.`;
}
