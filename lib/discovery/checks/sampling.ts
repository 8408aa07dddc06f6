import type { Found } from '../found.js';

/** Without a secret, anybody who knows a run's id can tell whether a person will look. */
export function samplingProblems({
  workflows,
  tools,
}: Pick<Found, 'workflows' | 'tools'>): readonly string[] {
  const sampled = [
    ...workflows.flatMap(({ source }) =>
      source.steps.flatMap(({ review, where }) => (review?.sample === undefined ? [] : [where])),
    ),
    ...tools.flatMap(({ review, definition: { where } }) => (review?.sample === undefined ? [] : [where])),
  ];
  return sampled.map(
    (where) =>
      `${where} has a review with sample, and the module has no secret to draw by. Give it one: OrchestrationModule.forRoot({ reviews: { samplingSecret: process.env.SAMPLING_SECRET } }).`,
  );
}
