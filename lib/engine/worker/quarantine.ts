import type { Clock } from '../../clock/index.js';
import { isProgress } from '../../journal/index.js';
import type { RunRecord } from '../../workflow/index.js';

/** How long one poison candidate keeps the others waiting, in milliseconds. */
const longestStay = 10_000;

/**
 * The one slot that a worker has for poison candidates: runs that were taken over again and again without making progress. One of
 * them may be what its workers die of; whatever is held beside it would be counted with it.
 */
export class Quarantine {
  private inside: string | undefined;
  private leaving: { cancel(): void } | undefined;

  constructor(
    private readonly clock: Clock,
    /** The slot is free for the next poison candidate. */
    private readonly onSlotFreed: () => void,
  ) {}

  get isFree(): boolean {
    return this.inside === undefined;
  }

  /**
   * Keeps the run in the slot until it makes progress, has ended, or has been driven for ten seconds without harm.
   * @param work whether there was anything to do
   */
  async hold(runId: string, work: () => Promise<boolean>): Promise<void> {
    if (!this.isFree) return;
    this.inside = runId;
    this.leaving = this.clock.after(longestStay, () => this.release(runId));
    let isWorthAnother = false;
    try {
      isWorthAnother = await work();
    } finally {
      if (isWorthAnother) this.release(runId);
      else this.empty(runId);
    }
  }

  /** What is on disk now. A run that makes progress is no longer a poison candidate. */
  saw(runId: string, records: readonly RunRecord[]): void {
    if (this.inside === runId && isProgress(records)) this.release(runId);
  }

  private release(runId: string): void {
    if (this.empty(runId)) this.onSlotFreed();
  }

  private empty(runId: string): boolean {
    if (this.inside !== runId) return false;
    this.leaving?.cancel();
    this.inside = undefined;
    return true;
  }
}
