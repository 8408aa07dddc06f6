import type { Page } from '../values/index.js';
import type { DataSource } from 'typeorm';
import type { Clock } from '../clock/index.js';
import { Parameters, Statements, type TableNames, tableNames } from '../database/index.js';
import { recordSelection, storedRecordOf, type StoredRecordRow, visibleRuns } from '../journal/index.js';
import type { Visibility } from '../scope/index.js';
import type { RunRecord } from '../workflow/index.js';
import { auditPageOf, auditPageSize, auditPositionOf } from './audit-cursor.js';
import type { AuditFilter, TimeRange } from './audit-filter.js';
import { AuditReader } from './audit-reader.js';

/** Records in PostgreSQL. */
export class TypeOrmAuditReader extends AuditReader {
  private readonly statements: Statements;
  private readonly tables: TableNames;

  constructor(dataSource: DataSource, clock: Clock) {
    super();
    this.statements = new Statements(dataSource, clock);
    this.tables = tableNames(dataSource);
  }

  async find(filter: AuditFilter, visible: Visibility = {}): Promise<Page<RunRecord>> {
    const parameters = new Parameters();
    const conditions = [
      ...conditionsOf(filter, parameters),
      ...this.ofVisible(`${this.tables.record}.run_id`, visible, parameters),
    ];
    const limit = parameters.add(auditPageSize(filter) + 1, 'int');
    const rows = await this.statements.run<StoredRecordRow>({
      text: `SELECT ${recordSelection} FROM ${this.tables.record} WHERE ${conditions.join(' AND ')} ORDER BY at, run_id, seq LIMIT ${limit}`,
      values: parameters.values,
    });
    return auditPageOf(rows.map(storedRecordOf), auditPageSize(filter));
  }

  async runIds(
    range: TimeRange,
    after: string | undefined,
    limit: number,
    visible: Visibility = {},
  ): Promise<string[]> {
    const parameters = new Parameters();
    const inRange = (column: string) => rangeOf(column, range, parameters).join(' AND ');
    const behind = parameters.add(after ?? '00000000-0000-0000-0000-000000000000', 'uuid');
    const rows = await this.statements.run<{ id: string }>({
      text: `
        SELECT id FROM (
          SELECT DISTINCT run_id AS id FROM ${this.tables.record} WHERE run_id > ${behind} AND ${inRange('at')}
          UNION SELECT id FROM ${this.tables.run} WHERE id > ${behind} AND ${inRange('created_at')}
        ) found WHERE ${['true', ...this.ofVisible('found.id', visible, parameters)].join(' AND ')}
        ORDER BY id LIMIT ${parameters.add(limit, 'int')}`,
      values: parameters.values,
    });
    return rows.map(({ id }) => id);
  }

  /** None where all runs may be seen: also those whose rows are gone. */
  private ofVisible(id: string, visible: Visibility, parameters: Parameters): readonly string[] {
    const conditions = visibleRuns('r', visible, parameters);
    if (conditions.length === 0) return [];
    return [`EXISTS (SELECT FROM ${this.tables.run} r WHERE r.id = ${id} AND ${conditions.join(' AND ')})`];
  }
}

function conditionsOf(filter: AuditFilter, parameters: Parameters): string[] {
  const conditions = rangeOf('at', filter, parameters);
  const where = (value: unknown, type: string, condition: (parameter: string) => string) => {
    if (value !== undefined) conditions.push(condition(parameters.add(value, type)));
  };
  const types = typeof filter.type === 'string' ? [filter.type] : filter.type;
  where(filter.runId, 'uuid', (value) => `run_id = ${value}`);
  where(types && [...types], 'text[]', (value) => `type = ANY(${value})`);
  where(filter.step, 'text', (value) => `step = ${value}`);
  where(filter.actor, 'text', (value) => `actor_id = ${value}`);
  where(filter.actorKind, 'text', (value) => `actor_kind = ${value}`);
  if (filter.cursor !== undefined) {
    const { at, runId, seq } = auditPositionOf(filter.cursor);
    const time = parameters.add(at, 'timestamptz');
    const place = `${time}, ${parameters.add(runId, 'uuid')}, ${parameters.add(seq, 'int')}`;
    conditions.push(`(at, run_id, seq) > (${place})`);
  }
  return conditions;
}

function rangeOf(column: string, { from, to }: TimeRange, parameters: Parameters): string[] {
  return [
    'true',
    ...(from ? [`${column} >= ${parameters.add(from.toISOString(), 'timestamptz')}`] : []),
    ...(to ? [`${column} < ${parameters.add(to.toISOString(), 'timestamptz')}`] : []),
  ];
}
