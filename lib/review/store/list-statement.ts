import {
  nowPlus,
  reviewSelection,
  Parameters,
  type Statement,
  type TableNames,
} from '../../database/index.js';
import type { Principal } from '../../values/index.js';
import { afterCursor, reviewPageSize } from '../review-cursor.js';
import type { ReviewFilter, ReviewVisibility } from '../reviews.js';

/** Columns that a filter compares as they are. */
const plain = {
  workflow: 'workflow',
  step: 'step',
  kind: 'kind',
  tenant: 'tenant',
} as const;

/**
 * Reviews by filter, oldest first; one more than the page holds, to see whether there is a next one.
 * @param offset of the clock, in milliseconds
 */
export function listReviewsStatement(
  tables: TableNames,
  filter: ReviewFilter,
  offset: number,
  visible: ReviewVisibility = {},
): Statement {
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
  where(filter.claimedBy, 'text', (value) => {
    const now = nowPlus(parameters.add(offset, 'double precision'));
    return `claimed_by = ${value} AND (status <> 'open' OR claimed_until > ${now})`;
  });
  if (filter.decidableBy) conditions.push(...filterDecidableBy(tables, filter.decidableBy, parameters));
  conditions.push(...visibleReviews(visible, parameters));
  const after = afterCursor(filter.cursor);
  if (after) {
    const place = `${parameters.add(after.at, 'timestamptz')}, ${parameters.add(after.id, 'text')}`;
    conditions.push(`(date_trunc('milliseconds', created_at), id) > (${place})`);
  }
  return {
    text: `
      SELECT ${reviewSelection(tables)} FROM ${tables.review} WHERE ${conditions.join(' AND ')}
      ORDER BY date_trunc('milliseconds', created_at), id LIMIT ${parameters.add(reviewPageSize(filter) + 1, 'int')}`,
    values: parameters.values,
  };
}

/** The same as `denialReason` among those of the person's tenant. It decides in the end: this only keeps the queue short. */
function filterDecidableBy(
  { run, review }: TableNames,
  by: Principal,
  parameters: Parameters,
): readonly string[] {
  const user = parameters.add(by.id, 'text');
  return [
    asks(by, parameters),
    `tenant IS NOT DISTINCT FROM ${parameters.add(by.tenant ?? null, 'text')}`,
    `(NOT separation_of_duties OR NOT EXISTS (SELECT FROM ${run} r WHERE r.id = ${review}.run_id AND jsonb_exists(r.shaped_by, ${user})))`,
  ];
}

/** Those of runs that may be seen, and those that ask who looks. */
export function visibleReviews(
  { tenant, owner, workflows = [], reviewer }: ReviewVisibility,
  parameters: Parameters,
): readonly string[] {
  const conditions: string[] = [];
  if (tenant === null) conditions.push('tenant IS NULL');
  else if (tenant !== undefined) conditions.push(`tenant = ${parameters.add(tenant, 'text')}`);
  if (owner !== undefined) {
    const ways = [`started_by = ${parameters.add(owner, 'text')}`];
    if (workflows.length > 0) ways.push(`workflow = ANY(${parameters.add([...workflows], 'text[]')})`);
    if (reviewer) ways.push(asks(reviewer, parameters));
    conditions.push(`(${ways.join(' OR ')})`);
  }
  return conditions;
}

/** Whether a review asks this person. */
function asks({ id, roles }: Principal, parameters: Parameters): string {
  const user = parameters.add(id, 'text');
  const own = parameters.add([...roles], 'text[]');
  return `((roles = '{}' AND users = '{}') OR roles && ${own} OR ${user} = ANY(users))`;
}
