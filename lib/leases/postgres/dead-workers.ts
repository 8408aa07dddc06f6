import { setTimeout as pause } from 'node:timers/promises';
import type { Statements, TableNames } from '../../database/index.js';
import { workerLockSpace } from './worker-lock.js';

/** Milliseconds between the two looks. */
const secondLook = 500;
/** Milliseconds in which a worker whose own connection broke takes nobody else for dead: theirs may have broken, too. */
const afterOwnBreak = 5_000;
/** The same for everybody, after the server has started: all connections are new then. */
const afterServerStart = `interval '10 seconds'`;

/**
 * Finds workers whose lock is free, and removes their rows: a worker without a row is dead, so whatever it held may be
 * taken. One cheap statement a sweep; no claim has to look at locks.
 *
 * Whether a lock is free is found by taking it, shared, for the length of the statement: several may look at once, and
 * the owner never meets them, since it takes its lock before its row names it.
 */
export class DeadWorkers {
  constructor(
    private readonly statements: Statements,
    private readonly tables: TableNames,
    private readonly brokenAt: () => number,
  ) {}

  async reap(self: string): Promise<void> {
    if (performance.now() - this.brokenAt() < afterOwnBreak) return;
    const candidates = await this.statements.run<{ id: string; lock_key: number }>({
      name: 'nestor_silent_locks',
      text: `
        SELECT id, lock_key FROM ${this.tables.worker}
        WHERE lock_key IS NOT NULL AND id <> $1 AND pg_try_advisory_xact_lock_shared($2, lock_key)
          AND pg_postmaster_start_time() < clock_timestamp() - ${afterServerStart}`,
      values: [self, workerLockSpace],
    });
    if (candidates.length === 0) return;
    // A real half second: no clock of a test makes a connection come back.
    await pause(secondLook);
    for (const { id, lock_key } of candidates) {
      // A worker that has said otherwise in the meantime has another key, or none.
      await this.statements.run({
        name: 'nestor_bury',
        text: `DELETE FROM ${this.tables.worker}
          WHERE id = $1 AND lock_key = $2 AND pg_try_advisory_xact_lock_shared($3, lock_key)`,
        values: [id, lock_key, workerLockSpace],
      });
    }
  }
}
