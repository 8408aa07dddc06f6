import type { EntityManager, QueryRunner } from 'typeorm';
import { StepClosedError } from '../../errors/index.js';

/** The statements of one transaction, which user code sends through `manager` until it is closed. */
export interface ClosableTransaction {
  /** Also when it is closed to others. */
  query(text: string, values: unknown[]): Promise<readonly unknown[]>;
  close(): void;
}

/**
 * What code that was left behind still sends would be executed behind COMMIT or ROLLBACK, on the same connection and
 * outside of any transaction. It is refused.
 */
export function closableTransaction(manager: EntityManager, runId: string): ClosableTransaction {
  const runner = manager.queryRunner;
  if (!runner) throw new Error('a transaction has a query runner');
  const own = runner.query.bind(runner) as (text: string, ...rest: unknown[]) => Promise<unknown>;
  const query = (text: string, ...rest: unknown[]) =>
    // PostgreSQL's driver gives rows.
    own(text, ...rest) as Promise<readonly unknown[]>;
  let isClosed = false;
  // Its overloads say of which shape the rows are, and pass as they came.
  runner.query = (async (text: string, ...rest: unknown[]) => {
    if (isClosed && text !== 'COMMIT' && text !== 'ROLLBACK') throw closedError(runId);
    return query(text, ...rest);
  }) as QueryRunner['query'];
  return {
    query,
    close: () => {
      isClosed = true;
    },
  };
}

function closedError(runId: string): StepClosedError {
  return new StepClosedError(
    `A transactional step of run ${runId} has ended, and its ctx.manager with it: what its code still sends is refused. Await every statement before the method returns, and observe ctx.abortSignal.`,
    { details: { runId } },
  );
}
