import { reviewSelection, Parameters, type Statement, type TableNames } from '../../database/index.js';
import { afterCursor, reviewPageSize } from '../review-cursor.js';
import type { ReviewFilter } from '../reviews.js';

/** Columns that a filter compares as they are. */
const plain = {
  workflow: 'workflow',
  step: 'step',
  kind: 'kind',
  tenant: 'tenant',
  claimedBy: 'claimed_by',
} as const;

/** Reviews by filter, oldest first; one more than the page holds, to see whether there is a next one. */
export function listReviewsStatement({ review }: TableNames, filter: ReviewFilter): Statement {
  const parameters = new Parameters();
  const conditions = ['true'];
  const where = (value: unknown, type: string, condition: (parameter: string) => string) => {
    if (value !== undefined) conditions.push(condition(parameters.add(value, type)));
  };
  const status = filter.status ?? 'open';
  where(status === 'all' ? undefined : status, 'text', (value) => `status = ${value}`);
  where(filter.runId, 'uuid', (value) => `run_id = ${value}`);
  for (const [name, column] of Object.entries(plain))
    where(filter[name as keyof typeof plain], 'text', (value) => `${column} = ${value}`);
  if (filter.decidableBy) conditions.push(...filterDecidableBy(filter.decidableBy, parameters));
  const after = afterCursor(filter.cursor);
  if (after) {
    const place = `${parameters.add(after.at, 'timestamptz')}, ${parameters.add(after.id, 'text')}`;
    conditions.push(`(date_trunc('milliseconds', created_at), id) > (${place})`);
  }
  return {
    text: `
      SELECT ${reviewSelection} FROM ${review} WHERE ${conditions.join(' AND ')}
      ORDER BY date_trunc('milliseconds', created_at), id LIMIT ${parameters.add(reviewPageSize(filter) + 1, 'int')}`,
    values: parameters.values,
  };
}

/** The same as `denialReason`, which decides in the end: this only keeps the queue short. */
function filterDecidableBy(by: NonNullable<ReviewFilter['decidableBy']>, parameters: Parameters): string[] {
  const user = parameters.add(by.id, 'text');
  const roles = parameters.add([...by.roles], 'text[]');
  return [
    `((roles = '{}' AND users = '{}') OR roles && ${roles} OR ${user} = ANY(users))`,
    `(NOT separation_of_duties OR started_by IS DISTINCT FROM ${user})`,
    ...(by.tenant === undefined ? [] : [`(tenant IS NULL OR tenant = ${parameters.add(by.tenant, 'text')})`]),
  ];
}
