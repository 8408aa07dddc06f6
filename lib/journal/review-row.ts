import type { Review } from '../database/index.js';
import type { ReviewChange, RunRow } from './journal.js';

type Opened = Extract<ReviewChange, { change: 'open' }>;

/** What a new review row gets from the question; the rest comes from its run, or has a default. */
export function askedColumns({ review, ...place }: Opened) {
  return {
    id: review.reviewId,
    step: place.step ?? null,
    iteration: place.iteration ?? null,
    item: place.item ?? null,
    attempt: place.attempt ?? null,
    call: review.key ?? null,
    subject: review.subject ?? null,
    stage: review.stage ?? 'before',
    kind: review.kind,
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
    escalation: [...(review.escalation ?? [])],
    remindEvery: review.remindEvery ?? null,
    guardrail: review.guardrail ?? null,
  } as const satisfies Partial<Review>;
}

/** A whole new review row. */
export function reviewRow(
  run: Pick<RunRow, 'id' | 'workflow' | 'tenant' | 'principal' | 'shapedBy'>,
  change: Opened,
  createdAt: Date,
): Review {
  return {
    ...askedColumns(change),
    runId: run.id,
    workflow: run.workflow,
    tenant: run.tenant,
    startedBy: run.principal?.id ?? null,
    shapedBy: run.shapedBy,
    status: 'open',
    remindAt:
      change.review.remindEvery === undefined
        ? null
        : new Date(createdAt.getTime() + change.review.remindEvery),
    claimedBy: null,
    claimedUntil: null,
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
