import { randomInt } from 'node:crypto';
import type { Statements, TableNames } from '../../database/index.js';
import type { Client } from './client.js';
import { type SessionUser, SharedSessionError } from './dedicated-connection.js';

/** First key of the locks that workers hold: 'nest' in ASCII, so that a host's own advisory locks are not met. */
export const workerLockSpace = 0x6e657374;

/**
 * A lock that ends with the process: the server lets go of it when the session closes, whatever closed it.
 * The worker's row says which lock that is; a worker whose lock is free is dead.
 *
 * Each session takes a new key. The lock of the one before may be held by the server for as long as it believes in a
 * broken connection, and nobody has to wait for that.
 *
 * When the connection of a living worker breaks, the lock is free and the row still names it. The worker takes the name
 * away at once (through the pool), and those who look for the dead look twice, half a second apart. A worker that
 * doesn't manage that in time (its event loop is blocked just then) loses its runs to others: it is fenced by their
 * epochs, learns of it with its next heartbeat, and registers again. Needless, but harmless.
 */
export class WorkerLock implements SessionUser {
  /** Of the lock that is held; null: none is. */
  key: number | null = null;

  constructor(
    private readonly statements: Statements,
    private readonly tables: TableNames,
    private readonly workerId: () => string,
  ) {}

  async begin(session: Client): Promise<void> {
    const key = randomInt(1, 2 ** 31 - 1);
    const [taken] = await session.query<{ ok: boolean }>('SELECT pg_try_advisory_lock($1, $2) AS ok', [
      workerLockSpace,
      key,
    ]);
    if (!taken?.ok) throw new Error(`the advisory lock ${key} is somebody else's`);
    const [seen] = await this.statements.run<{ free: boolean }>({
      text: 'SELECT pg_try_advisory_xact_lock_shared($1, $2) AS free',
      values: [workerLockSpace, key],
    });
    if (seen?.free) throw new SharedSessionError('a lock that it takes does not keep others out');
    this.key = key;
    await this.statements.run({
      text: `UPDATE ${this.tables.worker} SET lock_key = $2 WHERE id = $1`,
      values: [this.workerId(), key],
    });
  }

  lost(): void {
    const { key } = this;
    this.key = null;
    if (key === null) return;
    // If this fails, the next heartbeat says it.
    this.statements
      .run({
        text: `UPDATE ${this.tables.worker} SET lock_key = NULL WHERE id = $1 AND lock_key = $2`,
        values: [this.workerId(), key],
      })
      .catch(() => undefined);
  }
}
