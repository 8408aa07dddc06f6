import pg from 'pg';
import type { EmbeddedServer } from './embedded-server.js';

type Connected = (
  error: Error | undefined,
  client: pg.PoolClient | undefined,
  done: (release?: unknown) => void,
) => void;

/**
 * The `pg` driver whose pool starts the in-process Postgres with its first connection and stops it with the end of the last one.
 * So `DataSource.destroy()`, which Nest calls on shutdown, leaves nothing behind.
 */
export function embeddedDriver(server: EmbeddedServer): typeof pg {
  class EmbeddedPool extends pg.Pool {
    constructor(options?: pg.PoolConfig) {
      super(options);
      server.enter();
    }

    override connect(): Promise<pg.PoolClient>;
    override connect(callback: Connected): void;
    override connect(callback?: Connected): Promise<pg.PoolClient> | void {
      const connecting = server.start().then((port) => {
        this.options.port = port;
        return super.connect();
      });
      if (!callback) return connecting;
      connecting.then(
        (client) => callback(undefined, client, (release) => client.release(release as boolean)),
        (error: Error) => callback(error, undefined, () => undefined),
      );
    }

    override end(): Promise<void>;
    override end(callback: () => void): void;
    override end(callback?: (error?: Error) => void): Promise<void> | void {
      const ending = super.end().finally(() => server.leave());
      if (!callback) return ending;
      ending.then(() => callback(), callback);
    }
  }
  return Object.create(pg, { Pool: { value: EmbeddedPool } }) as typeof pg;
}
