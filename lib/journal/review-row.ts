import type { Review } from '../database/index.js';
import type { ReviewChange, RunRow } from './journal.js';

/** Columns of a new review row; the others have their defaults. */
export function reviewRow(
  run: Pick<RunRow, 'id' | 'workflow' | 'tenant' | 'principal'>,
  { review, ...place }: Extract<ReviewChange, { change: 'open' }>,
  createdAt: Date,
): Review {
  return {
    id: review.reviewId,
    runId: run.id,
    workflow: run.workflow,
    tenant: run.tenant,
    startedBy: run.principal?.id ?? null,
    step: place.step ?? null,
    iteration: place.iteration ?? null,
    item: place.item ?? null,
    attempt: place.attempt ?? null,
    call: review.key ?? null,
    kind: review.kind,
    status: 'open',
    proposed: review.proposed ?? null,
    proposedHash: review.proposedHash,
    cause: review.reason ?? null,
    title: review.title ?? null,
    instructions: review.instructions ?? null,
    roles: [...review.roles],
    users: [...review.users],
    quorum: review.quorum,
    separationOfDuties: review.separationOfDuties,
    choices: [...review.choices],
    form: review.form ?? null,
    expiresAt: review.expiresAt === undefined ? null : new Date(review.expiresAt),
    onTimeout: review.onTimeout,
    escalateTo: [...(review.escalateTo ?? [])],
    claimedBy: null,
    decisions: [],
    comments: [],
    choice: null,
    reason: null,
    value: null,
    decidedBy: null,
    decidedAt: null,
    createdAt,
    version: 1,
  };
}
