import { reviewColumns } from '../../../database/index.js';
import { askedColumns } from '../../review-row.js';
import type { CommitPart } from './commit-part.js';

/** Opens and closes work items. */
export const reviewPart: CommitPart = {
  concerns: ({ reviews = [] }) => reviews.length > 0,

  expressions({ tables, parameters, entries, now }) {
    const changes = entries.flatMap(({ runId, effects }) =>
      (effects?.reviews ?? []).map((change) => ({ runId, change })),
    );
    const opened = changes.flatMap(({ runId, change }) =>
      change.change === 'open' ? [inColumns({ ...askedColumns(change), runId })] : [],
    );
    const closed = changes.flatMap(({ change }) =>
      change.change === 'close' ? [{ id: change.reviewId, status: change.status }] : [],
    );
    const expressions: string[] = [];
    const [first] = opened;
    if (first) {
      const columns = [...first.keys()];
      const rows = parameters.add(JSON.stringify(opened.map((row) => Object.fromEntries(row))), 'json');
      expressions.push(`opened AS (
        INSERT INTO ${tables.review} (${columns.join(', ')}, workflow, tenant, started_by, created_at, remind_at)
        SELECT ${columns.map((name) => `v.${name}`).join(', ')}, r.workflow, r.tenant, r.principal->>'id', ${now},
          ${now} + v.remind_every * interval '1 millisecond'
        FROM json_to_recordset(${rows}) AS v (${columns.map((name) => `${name} ${typeOf.get(name)}`).join(', ')})
          JOIN mine m ON m.id = v.run_id JOIN ${tables.run} r ON r.id = v.run_id
      )`);
    }
    if (closed.length > 0) {
      expressions.push(`closed AS (
        UPDATE ${tables.review} v SET status = c.status, version = v.version + 1
        FROM json_to_recordset(${parameters.add(JSON.stringify(closed), 'json')}) AS c (id text, status text), mine m
        WHERE v.id = c.id AND v.run_id = m.id AND v.status = 'open'
      )`);
    }
    return expressions;
  },
};

type Property = keyof typeof reviewColumns;

const typeOf: ReadonlyMap<string, string> = new Map(Object.values(reviewColumns));

/** The values of some properties by column, in the order of the properties. */
function inColumns(values: { readonly [property in Property]?: unknown }): ReadonlyMap<string, unknown> {
  const properties = Object.keys(values) as Property[];
  return new Map(properties.map((property) => [reviewColumns[property][0], values[property]]));
}
