import { BudgetExceededError, toErrorData } from '../errors/index.js';
import { addUsage, noUsage, type Usage } from '../values/index.js';
import { reserve } from './budget.js';
import { type Passage, told, whereIs } from './passage.js';

/** What a call costs: the most that its next attempt may use is set aside, what failed attempts may have used is kept. */
export class Tab {
  private lost: Usage = noUsage;

  private constructor(
    private readonly passage: Passage,
    private readonly estimate: Usage | undefined,
  ) {}

  /** @throws {BudgetExceededError}; never settles where the budget says `pause` */
  static async open(passage: Passage, args: unknown): Promise<Tab> {
    const { attempt, call, frame } = passage;
    const since = attempt.run.state.seq;
    const estimate = call.estimate?.(args);
    const exceeded = estimate && reserve(attempt, frame.key, estimate);
    if (!exceeded) return new Tab(passage, estimate);
    const { onExceeded, ...facts } = exceeded;
    const record = told(passage, 'budget.exceeded', facts);
    if (onExceeded === 'pause')
      return attempt.suspend(frame, [record], { for: 'budget', step: attempt.place.step, since });
    await attempt.append([record]);
    throw new BudgetExceededError(
      `${whereIs(passage)} may cost up to ${facts.wanted} ${facts.unit}, but of the ${facts.scope}'s budget of ${facts.limit} only ${Math.max(0, facts.limit - facts.used)} is left. Raise the budget, lower maxTokens, or choose onExceeded: 'pause'.`,
      { details: { ...facts, onExceeded } },
    );
  }

  /** Whether there is enough for another attempt after this failure. */
  affordsAnother(error: unknown): boolean {
    if (!this.estimate || wasNotDone(error)) return true;
    const { attempt, frame } = this.passage;
    if (reserve(attempt, frame.key, this.estimate)) return false;
    this.lost = addUsage(this.lost, this.estimate);
    return true;
  }

  /** What the call has used, now that its result is known. */
  settled(result: unknown): Usage | undefined {
    const used = this.passage.call.settle?.(result);
    return used && addUsage(used, this.lost);
  }

  /** What it is taken to have used, now that it has failed for good: an unknown outcome counts in full. */
  failed(error: unknown): Usage | undefined {
    const unknown = this.estimate && !wasNotDone(error) ? this.estimate : noUsage;
    const used = addUsage(this.lost, unknown);
    return used.calls > 0 ? used : undefined;
  }
}

/** The other side has refused, or was never asked: nothing was done, so nothing is billed. */
function wasNotDone(error: unknown): boolean {
  const { outcome, status } = toErrorData(error).details ?? {};
  return outcome === undefined ? typeof status === 'number' : outcome !== 'unknown';
}
