import type { DataSource } from 'typeorm';
import type { Clock } from '../../clock/index.js';
import { isConnectionError, isRolledBack } from './database-errors.js';
import { isSingleProcess } from '../single-process.js';
import { KeptConnection } from './kept-connection.js';
import { type StatementResult, type Pool, poolOf, type Queryable, type SentStatement } from './pool.js';
import { surviveLostConnections } from './surviving-pool.js';
import { valueParsers } from './value-parsers.js';

/** One SQL statement. `name`: equal texts have equal names, so that the server plans each only once a connection; none: not prepared. */
export interface Statement {
  readonly name?: string;
  readonly text: string;
  readonly values: readonly unknown[];
}

/** What is known of the sessions behind the pool. */
interface SessionMode {
  /** They can have named statements. */
  readonly named: boolean;
  /** Their default is READ COMMITTED. */
  readonly committed: boolean;
}

/** Sends one statement of a transaction. */
export type SendStatement = <Row>(statement: Statement) => Promise<Row[]>;

const attempts = 12;
const firstDelay = 50;
const longestDelay = 2_000;

/**
 * Sends single statements past TypeORM straight to the pool, as named prepared statements where the server can
 * have them: half the price of `manager.query`. Each is a transaction of its own, at READ COMMITTED.
 */
export class Statements {
  private mode: SessionMode | undefined;
  private asking: Promise<SessionMode> | undefined;
  private readonly kept = new KeptConnection(() => this.pool);

  constructor(
    private readonly dataSource: DataSource,
    private readonly clock: Clock,
  ) {}

  /**
   * Runs a statement that may safely be sent twice: conflicts and lost connections are met with further attempts.
   * @param again what to send from the second attempt on, where the first may have been performed without an answer
   */
  async run<Row>(statement: Statement, again = statement): Promise<Row[]> {
    return rowsOf(await this.persist((attempt) => this.send(attempt === 1 ? statement : again)));
  }

  /** Runs a statement that may safely be sent twice. @returns how many rows its command has written */
  async count(statement: Statement): Promise<number> {
    return (await this.persist(() => this.send(statement))).rowCount ?? 0;
  }

  /**
   * Runs several statements in one transaction that may safely be repeated as a whole. Each sees what was committed
   * before it began.
   * @param work `attempt` counts from 1
   */
  together<T>(work: (send: SendStatement, attempt: number) => Promise<T>): Promise<T> {
    return this.persist(async (attempt) => {
      const { named } = await this.askedMode();
      return this.inTransaction((client) =>
        work(
          async <Row>(statement: Statement) => rowsOf<Row>(await client.query(query(statement, named))),
          attempt,
        ),
      );
    });
  }

  private async persist<T>(work: (attempt: number) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await work(attempt);
      } catch (error) {
        if (attempt >= attempts || !(isConnectionError(error) || isRolledBack(error))) throw error;
        await this.clock.sleep(Math.min(firstDelay * 2 ** (attempt - 1), longestDelay));
      }
    }
  }

  private send(statement: Statement): Promise<StatementResult> {
    return this.mode
      ? this.sendIn(this.mode, statement)
      : this.askedMode().then((asked) => this.sendIn(asked, statement));
  }

  private sendIn({ named, committed }: SessionMode, statement: Statement): Promise<StatementResult> {
    const sent = query(statement, named);
    // Where the host's default is another level, it has to be said for each transaction.
    return committed ? this.kept.query(sent) : this.inTransaction((client) => client.query(sent));
  }

  private async inTransaction<T>(work: (client: Queryable) => Promise<T>): Promise<T> {
    const client = await this.pool.connect();
    let failed = true;
    try {
      await client.query({ text: 'BEGIN ISOLATION LEVEL READ COMMITTED' });
      const result = await work(client);
      await client.query({ text: 'COMMIT' });
      failed = false;
      return result;
    } finally {
      // Destroys the connection after a failure, and with it the open transaction.
      client.release(failed);
    }
  }

  /** Whether the database is the in-process Postgres. */
  isSingleProcess(): Promise<boolean> {
    return this.persist(() => isSingleProcess(this.dataSource));
  }

  private askedMode(): Promise<SessionMode> {
    return (this.asking ??= this.askMode());
  }

  private async askMode(): Promise<SessionMode> {
    try {
      surviveLostConnections(this.pool);
      const single = await isSingleProcess(this.dataSource);
      const { isItself, level } = await this.inspectSession();
      return (this.mode = { named: !single && isItself, committed: level === 'read committed' });
    } catch (error) {
      this.asking = undefined;
      throw error;
    }
  }

  /**
   * Behind a pooler in transaction mode another session answers than said hello. It may have no statement of that name,
   * or one that somebody else has prepared.
   */
  private async inspectSession() {
    const client = await this.pool.connect();
    let failed = true;
    try {
      const text = `SELECT pg_backend_pid() AS pid, current_setting('default_transaction_isolation') AS level`;
      const [row] = rowsOf<{ pid: number; level: string }>(await client.query({ text, types: valueParsers }));
      failed = false;
      return { isItself: client.processID === undefined || client.processID === row?.pid, level: row?.level };
    } finally {
      client.release(failed);
    }
  }

  private get pool(): Pool {
    return poolOf(this.dataSource);
  }
}

function query({ name, text, values }: Statement, named: boolean): SentStatement {
  return { ...(named && name !== undefined ? { name } : {}), text, values: [...values], types: valueParsers };
}

/** Rows are as the statement's text says; nothing could check that here. */
function rowsOf<Row>({ rows }: StatementResult): Row[] {
  return rows as Row[];
}
