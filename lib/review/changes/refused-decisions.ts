import type { RunDispatcher } from '../../dispatch/index.js';
import { type ErrorCode, errorText, logSafely, OrchestrationError } from '../../errors/index.js';
import type { Journal } from '../../journal/index.js';
import { isDecision, type WantedDecision } from '../decide/is-decision.js';
import type { ReviewAccess, Reviewer } from '../review-access.js';
import { decisionRefused } from './review-messages.js';

/** What says that somebody may not decide, or not any more. A value that does not fit is only a slip. */
const recorded: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'ACCESS_DENIED',
  'REVIEW_CONFLICT',
  'REVIEW_EXPIRED',
]);

/** Puts decisions that were refused into the records of their runs: who has tried is told to the auditor. */
export class RefusedDecisions {
  constructor(
    private readonly access: Pick<ReviewAccess, 'findFor'>,
    private readonly journal: Pick<Journal, 'find' | 'post'>,
    private readonly dispatcher: Pick<RunDispatcher, 'dispatch'>,
    private readonly at: () => string,
  ) {}

  /** Of a review that the caller's tenant has, and of a run that has not ended. Never rejects. */
  async record(caller: Reviewer, id: string, wanted: WantedDecision, error: unknown): Promise<void> {
    if (!(error instanceof OrchestrationError) || !recorded.has(error.code)) return;
    try {
      const review = await this.access.findFor(caller, id);
      // The same said twice, as a request that is sent again does, is not an attempt at anything.
      if (isDecision(review, caller.principal, wanted)) return;
      const { runId } = review;
      const run = await this.journal.find(runId);
      if (!run || run.finishedAt !== null) return;
      await this.journal.post(
        runId,
        decisionRefused(review, wanted.choice, caller.principal, this.at(), error),
      );
      this.dispatcher.dispatch([{ runId, reason: 'inbox' }]);
    } catch (failure) {
      logSafely('warn', `A refused decision about review ${id} is not on record: ${errorText(failure)}`);
    }
  }
}
