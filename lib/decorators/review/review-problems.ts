import { millisecondsOr } from '../defaults.js';
import type { WrittenReview } from '../metadata.js';

interface Rule {
  readonly forbidden: (review: WrittenReview) => boolean;
  readonly says: string;
}

/** What names other people, or lets time decide: who started the run confirms alone. */
const notOfStarter = [
  'roles',
  'users',
  'quorum',
  'separationOfDuties',
  'escalateTo',
  'onTimeout',
  'remindEvery',
  'sample',
] as const;

/** Milliseconds. */
const shortestReminder = 60_000;

/** Options of a review that contradict each other. */
const rules: readonly Rule[] = [
  {
    forbidden: ({ onTimeout, escalateTo }) =>
      onTimeout === 'escalate' && [escalateTo ?? []].flat().length === 0,
    says: "has a review with onTimeout: 'escalate' but without escalateTo. Name the roles that may decide then.",
  },
  {
    forbidden: ({ onTimeout, escalateTo }) => escalateTo !== undefined && onTimeout !== 'escalate',
    says: "has a review with escalateTo but without onTimeout: 'escalate': nobody would ever be asked.",
  },
  {
    forbidden: ({ onTimeout, timeout }) =>
      onTimeout !== undefined && onTimeout !== 'reject' && timeout === undefined,
    says: 'has a review with onTimeout but without timeout: it never comes to that. Add a timeout.',
  },
  {
    forbidden: ({ escalateTo }) =>
      [escalateTo ?? []]
        .flat()
        .some(
          (stage) => typeof stage === 'object' && [stage.roles ?? [], stage.users ?? []].flat().length === 0,
        ),
    says: 'has a stage of escalateTo without roles and users. Name those that may decide then.',
  },
  {
    forbidden: ({ remindEvery }) => millisecondsOr(remindEvery, shortestReminder) < shortestReminder,
    says: "has a review with remindEvery of less than a minute. Write '1m' or more.",
  },
  {
    forbidden: (review) => review.by === 'starter' && notOfStarter.some((name) => review[name] !== undefined),
    says: `has a review with by: 'starter', which asks the person who started the run and nobody else; leave out ${notOfStarter.join(', ')}.`,
  },
];

/** Each without the name of what has the review. */
export function reviewProblems(review: WrittenReview | undefined): readonly string[] {
  return review ? rules.filter((rule) => rule.forbidden(review)).map(({ says }) => says) : [];
}
