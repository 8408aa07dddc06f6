import type { DataSource } from 'typeorm';

type Query = (statement: { readonly text: string }) => Promise<unknown>;
type Around = (statement: { readonly text: string }, send: Query) => Promise<unknown>;
interface Client {
  query: Query;
  release(failed?: boolean): void;
}
interface Pool {
  query: Query;
  connect(...callback: unknown[]): Promise<Client>;
}

/**
 * Lets the connection break: `before` the database has got a statement, or `after` it has performed it. It stands
 * between Nestor and the pool: TypeORM, which takes its connections with a callback, is not concerned.
 */
export class BrokenPool {
  /** Statements that were hit since the last `break`. */
  hits = 0;
  private around: Around = asItIs;

  constructor(dataSource: DataSource) {
    // TypeORM's public type of the pool is `any`.
    const pool = (dataSource.driver as unknown as { master: Pool }).master;
    const query = pool.query.bind(pool);
    const connect = pool.connect.bind(pool);
    // From the beginning: a connection may be kept for longer than a statement.
    pool.query = (statement) => this.around(statement, query);
    pool.connect = async (...callback) => {
      if (callback.length > 0) return connect(...callback);
      const client = await connect();
      return {
        query: (statement) => this.around(statement, (sent) => client.query(sent)),
        release: (failed) => client.release(failed),
      };
    };
  }

  /** Breaks the next statements whose text has `part` in it. */
  break(when: 'before' | 'after', part: string, times = 1): void {
    this.hits = 0;
    this.around = async (statement, send) => {
      const hit = this.hits < times && statement.text.includes(part);
      if (hit) this.hits++;
      if (hit && when === 'before') throw broken();
      const result = await send(statement);
      if (hit) throw broken();
      return result;
    };
  }

  /** Notes the codes of the errors that the database answers with from now on. */
  listen(): string[] {
    const codes: string[] = [];
    this.around = async (statement, send) => {
      try {
        return await send(statement);
      } catch (error) {
        codes.push(String((error as { code?: unknown }).code));
        throw error;
      }
    };
    return codes;
  }

  fix(): void {
    this.around = asItIs;
  }
}

const asItIs: Around = (statement, send) => send(statement);

function broken(): Error {
  return Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });
}
