import { given, hashOf } from '../values/index.js';
import type { ReviewRequested } from './records/record-facts.js';
import { choicesOf } from './review.js';

/** What is to be told of a question; all else has its default. Options that are undefined are not given. */
export type ReviewQuestion = Pick<ReviewRequested, 'reviewId' | 'kind'> & {
  readonly [Name in keyof ReviewRequested]?: ReviewRequested[Name] | undefined;
};

/** A question for people. By default anybody but who started the run may decide, alone, and without a limit of time. */
export function reviewRequest(question: ReviewQuestion): ReviewRequested {
  return {
    proposedHash: hashOf(question.proposed ?? null),
    roles: [],
    users: [],
    quorum: 1,
    separationOfDuties: true,
    choices: choicesOf[question.kind],
    onTimeout: 'reject',
    ...given(question),
    reviewId: question.reviewId,
    kind: question.kind,
  };
}
