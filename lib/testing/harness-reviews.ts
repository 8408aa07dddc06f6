import type { Review } from '../database/index.js';
import type { HarnessCaller } from './harness-caller.js';
import type { RunResult } from '../engine/index.js';
import type { DecisionOptions, ReviewService } from '../review/index.js';

/** What a person decides, beside the value. */
export type HarnessDecision = Omit<DecisionOptions, 'value'>;

/** Decides in a test what people decide. */
export abstract class HarnessReviews {
  constructor(
    protected readonly reviewService: ReviewService,
    private readonly idle: (runId: string) => Promise<RunResult>,
    private readonly caller: HarnessCaller,
  ) {}

  /** The open reviews of a run, the oldest first; those that one answer of a model has asked for may be of one moment. */
  async reviews(runId: string): Promise<readonly Review[]> {
    const { items } = await this.asSystem(() => this.reviewService.list({ runId, limit: 100 }));
    return items;
  }

  /** Decides the open review of a run (or the review of that id), and gives back where the run has got to then. */
  approve(id: string, options?: HarnessDecision): Promise<RunResult> {
    return this.decide(id, async (review) => {
      // A test has seen what it approves.
      const { proposedHash } = await this.asSystem(() => this.reviewService.get(review));
      return this.reviewService.approve(review, { proposedHash, ...options });
    });
  }

  reject(id: string, options?: HarnessDecision): Promise<RunResult> {
    return this.decide(id, (review) => this.reviewService.reject(review, options));
  }

  edit(id: string, value: unknown, options?: HarnessDecision): Promise<RunResult> {
    return this.decide(id, (review) => this.reviewService.edit(review, { ...options, value }));
  }

  answer(id: string, value: unknown, options?: HarnessDecision): Promise<RunResult> {
    return this.decide(id, (review) => this.reviewService.answer(review, { ...options, value }));
  }

  skip(id: string, options?: HarnessDecision): Promise<RunResult> {
    return this.decide(id, (review) => this.reviewService.skip(review, options));
  }

  /**
   * What a test looks at, or does beside its users: by the host's own code, where the module has a `principal` option.
   * @example
   * const { items } = await t.asSystem(() => t.audit.find({ runId }));
   */
  asSystem<T>(body: () => T): T {
    return this.caller.looking(body);
  }

  protected acting<T>(body: () => T): T {
    return this.caller.acting(body);
  }

  /** Before anything that makes the worker act. */
  protected abstract stayAlive(): Promise<void>;

  private async decide(
    id: string,
    how: (review: string) => Promise<{ readonly runId: string }>,
  ): Promise<RunResult> {
    await this.stayAlive();
    const open = await this.asSystem(() => this.reviewService.list({ runId: id }));
    const { runId } = await this.acting(() => how(open.items[0]?.id ?? id));
    return this.idle(runId);
  }
}
