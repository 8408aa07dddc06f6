import { Parameters, type Statement, type TableNames } from '../../database/index.js';
import type { Choice } from '../../workflow/index.js';
import { visibleReviews } from '../store/list-statement.js';
import type { ReviewVisibility } from '../reviews.js';
import { choices, type ReviewCounts, type ReviewMetricsFilter } from './review-metrics.js';

/** A row of the statement. Counts come as numbers, times as milliseconds. */
export type MetricsRow = Omit<ReviewCounts, 'choices' | 'timeToDecision'> & {
  readonly chosen: readonly number[];
  readonly times: readonly number[] | null;
};

const count = (condition: string) => `(count(*) FILTER (WHERE ${condition}))::int`;

/** Figures by rule. */
export function metricsStatement(
  tables: TableNames,
  { from, to, workflow, tenant }: ReviewMetricsFilter,
  visible: ReviewVisibility,
): Statement {
  const parameters = new Parameters();
  const conditions = ['true'];
  const where = (value: unknown, type: string, condition: (parameter: string) => string) => {
    if (value !== undefined) conditions.push(condition(parameters.add(value, type)));
  };
  where(from?.toISOString(), 'timestamptz', (value) => `created_at >= ${value}`);
  where(to?.toISOString(), 'timestamptz', (value) => `created_at < ${value}`);
  where(workflow, 'text', (value) => `workflow = ${value}`);
  where(tenant, 'text', (value) => `tenant = ${value}`);
  conditions.push(...visibleReviews(visible, parameters));
  const rule = ['workflow', 'step', 'subject', 'kind', 'guardrail'].map((name) => `${name} COLLATE "C"`);
  const decided = `status = 'decided'`;
  const chosen = choices.map((choice) => count(`${decided} AND choice = '${choice}'`));
  return {
    text: `
      SELECT workflow, step, subject, kind, guardrail, count(*)::int AS requested,
        ${count(`status = 'open'`)} AS open, min(created_at) FILTER (WHERE status = 'open') AS "oldestOpenAt",
        ${count(decided)} AS decided, json_build_array(${chosen.join(', ')}) AS chosen,
        ${count(`status = 'expired'`)} AS expired, ${count(`status = 'replaced'`)} AS replaced,
        to_json(percentile_cont(ARRAY[0.5, 0.95]) WITHIN GROUP (ORDER BY extract(epoch FROM decided_at - created_at) * 1000)
          FILTER (WHERE ${decided})) AS times
      FROM ${tables.review} WHERE ${conditions.join(' AND ')}
      GROUP BY workflow, step, subject, kind, guardrail ORDER BY ${rule.join(', ')}`,
    values: parameters.values,
  };
}

export function countsOf({ chosen, times, ...row }: MetricsRow): ReviewCounts {
  const [median, p95] = times ?? [];
  return {
    ...row,
    // one entry for each choice
    choices: Object.fromEntries(choices.map((choice, index) => [choice, chosen[index] ?? 0])) as {
      readonly [name in Choice]: number;
    },
    timeToDecision: median === undefined || p95 === undefined ? null : { median, p95 },
  };
}
