import type { DataSource } from 'typeorm';
import type { Clock } from '../clock/index.js';
import { Statements, type TableNames, tableNames } from '../database/index.js';
import { Retention } from './retention.js';

export class TypeOrmRetention extends Retention {
  private readonly statements: Statements;
  private readonly tables: TableNames;

  constructor(dataSource: DataSource, clock: Clock) {
    super();
    this.statements = new Statements(dataSource, clock);
    this.tables = tableNames(dataSource);
  }

  /** Whole runs, each by the one function that the append-only trigger lets through. */
  async expire(before: Date, limit: number): Promise<number> {
    const schema = this.tables.run.includes('.')
      ? `${this.tables.run.slice(0, this.tables.run.lastIndexOf('.'))}.`
      : '';
    const rows = await this.statements.run<{ gone: boolean }>({
      name: 'nestor_expire',
      text: `
        SELECT ${schema}"orchestration_expire_run"(due.id, $1) AS gone FROM (
          SELECT id FROM ${this.tables.run}
          WHERE finished_at < $1 AND worker_id IS NULL ORDER BY finished_at LIMIT $2
        ) due`,
      values: [before, limit],
    });
    return rows.filter(({ gone }) => gone).length;
  }
}
