import type { StatementResult, Pool, PoolClient, SentStatement } from './pool.js';

/** Turns of the event loop without a statement after which the connection goes back to the pool. */
const idleTurns = 2;

/**
 * Sends statements that follow each other over one connection: to take it from the pool for each costs a fifth of a small
 * statement. It is kept while there is work and nobody waits for a connection, and given back as soon as there is none;
 * what is sent while a statement is on its way takes another. So a pool of one is enough.
 */
export class KeptConnection {
  private client: PoolClient | undefined;
  private isBusy = false;
  private isWatched = false;
  private idle = 0;

  /** @param pool asked each time: a data source that is initialised again has another */
  constructor(private readonly pool: () => Pool) {}

  async query(statement: SentStatement): Promise<StatementResult> {
    const pool = this.pool();
    if (this.isBusy) return pool.query(statement);
    this.isBusy = true;
    let failed = true;
    try {
      this.client ??= await pool.connect();
      const answer = await this.client.query(statement);
      failed = false;
      return answer;
    } finally {
      this.isBusy = false;
      if (failed || pool.waitingCount > 0) this.giveBack(failed);
      else this.giveBackWhenIdle();
    }
  }

  private giveBackWhenIdle(): void {
    this.idle = 0;
    if (this.isWatched) return;
    this.isWatched = true;
    setImmediate(() => this.watch());
  }

  private watch(): void {
    this.idle += 1;
    if (!this.isBusy && this.client && this.idle < idleTurns) {
      setImmediate(() => this.watch());
      return;
    }
    this.isWatched = false;
    if (!this.isBusy) this.giveBack(false);
  }

  /** @param failed whatever the statement has failed with: a session that has seen an error is not used again */
  private giveBack(failed: boolean): void {
    const { client } = this;
    this.client = undefined;
    client?.release(failed);
  }
}
