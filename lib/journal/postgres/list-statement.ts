import { Parameters, type Statement, type TableNames } from '../../database/index.js';
import { runSelection } from './columns.js';
import type { Visibility } from '../../scope/index.js';
import { visibleRuns } from './visible-runs.js';
import type { RunFilter } from '../journal.js';
import { runPageSize, runPositionOf } from '../run-page.js';

/** Runs by filter, newest first; one more than the page holds, to see whether there is a next one. */
export function listRunsStatement(
  tables: TableNames,
  filter: RunFilter,
  visible: Visibility = {},
): Statement {
  const parameters = new Parameters();
  const conditions: string[] = [];
  const where = (value: unknown, type: string, condition: (parameter: string) => string) => {
    if (value !== undefined) conditions.push(condition(parameters.add(value, type)));
  };
  const statuses = typeof filter.status === 'string' ? [filter.status] : filter.status;
  where(filter.workflow, 'text', (value) => `workflow = ${value}`);
  where(statuses && [...statuses], 'text[]', (value) => `status = ANY(${value})`);
  where(filter.tag, 'text', (value) => `${value} = ANY(tags)`);
  where(filter.principal, 'text', (value) => `principal->>'id' = ${value}`);
  where(filter.tenant, 'text', (value) => `tenant = ${value}`);
  where(filter.parentRunId, 'uuid', (value) => `parent_run_id = ${value}`);
  where(filter.from?.toISOString(), 'timestamptz', (value) => `created_at >= ${value}`);
  where(filter.to?.toISOString(), 'timestamptz', (value) => `created_at < ${value}`);
  if (filter.cursor !== undefined) {
    const { createdAt, id } = runPositionOf(filter.cursor);
    const position = [parameters.add(createdAt.toISOString(), 'timestamptz'), parameters.add(id, 'uuid')];
    conditions.push(`(created_at, id) < (${position.join(', ')})`);
  }
  conditions.push(...visibleRuns('r', visible, parameters));
  const limit = parameters.add(runPageSize(filter) + 1, 'int');
  return {
    text: `
      SELECT ${runSelection} FROM ${tables.run} r ${conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : ''}
      ORDER BY created_at DESC, id DESC LIMIT ${limit}`,
    values: parameters.values,
  };
}
