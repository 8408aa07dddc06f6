import type { DataSource } from 'typeorm';

type Query = (statement: { text: string }) => Promise<unknown>;

/** Lets the connection break: `before` the database has got a statement, or `after` it has performed it. */
export class BrokenPool {
  private readonly pool: { query: Query };
  private readonly query: Query;

  constructor(dataSource: DataSource) {
    // TypeORM's public type of the pool is `any`.
    this.pool = (dataSource.driver as unknown as { master: { query: Query } }).master;
    this.query = this.pool.query.bind(this.pool);
  }

  /** Breaks the next statements whose text has `part` in it. */
  break(when: 'before' | 'after', part: string, times = 1): void {
    let left = times;
    this.pool.query = async (statement) => {
      const hit = left > 0 && statement.text.includes(part);
      if (hit) left--;
      if (hit && when === 'before') throw broken();
      const result = await this.query(statement);
      if (hit) throw broken();
      return result;
    };
  }

  /** Notes the codes of the errors that the database answers with from now on. */
  listen(): string[] {
    const codes: string[] = [];
    this.pool.query = async (statement) => {
      try {
        return await this.query(statement);
      } catch (error) {
        codes.push(String((error as { code?: unknown }).code));
        throw error;
      }
    };
    return codes;
  }

  fix(): void {
    this.pool.query = this.query;
  }
}

function broken(): Error {
  return Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });
}
