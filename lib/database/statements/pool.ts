import type { DataSource } from 'typeorm';
import type { ValueParsers } from './value-parsers.js';
import type { EventfulPool } from './surviving-pool.js';

/** A statement as `pg` takes it. */
export interface SentStatement {
  readonly name?: string;
  readonly text: string;
  readonly values?: unknown[];
  readonly types?: ValueParsers;
}

export interface StatementResult {
  readonly rows: unknown[];
  /** Of the rows that were written; null where the command does not say. */
  readonly rowCount: number | null;
}

/** The part of a connection of `pg` that is used here. */
export interface Queryable {
  query(statement: SentStatement): Promise<StatementResult>;
}

export interface PoolClient extends Queryable {
  /** Of the server process that said hello; the native driver does not tell. */
  readonly processID?: number;
  /** @param error the connection is of no use any more */
  release(error?: boolean): void;
}

/** The part of the `pg` pool behind a data source that is used here. */
export interface Pool extends Queryable, EventfulPool {
  connect(): Promise<PoolClient>;
  /** Callers that wait for a connection. */
  readonly waitingCount: number;
}

export function poolOf({ driver }: DataSource): Pool {
  // TypeORM's public type of the pool is `any`.
  return (driver as unknown as { readonly master: Pool }).master;
}
