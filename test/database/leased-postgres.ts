import type { PGlite } from '@electric-sql/pglite';
import type { PGLiteSocketServer } from '@electric-sql/pglite-socket';
import type { DataSourceOptions } from 'typeorm';
// Not by its index: the tests put their own Postgres behind it.
import { keepStatementsWhole } from '../../lib/embedded/statement-groups.js';

/** What [the environment](postgres-environment.mjs) gives to spec files. */
declare global {
  var nestorPostgres: {
    lease(): Promise<{
      readonly database: PGlite;
      readonly PGLiteSocketServer: typeof PGLiteSocketServer;
      giveBack(): Promise<void>;
    }>;
  };
}

export interface LeasedPostgres {
  readonly options: Extract<DataSourceOptions, { type: 'postgres' }>;
  close(): Promise<void>;
}

/** An in-process Postgres as `embeddedPostgres()` opens it, with an empty database, of the Jest worker's. */
export async function leasePostgres(): Promise<LeasedPostgres> {
  const { database, PGLiteSocketServer, giveBack } = await globalThis.nestorPostgres.lease();
  const server = new PGLiteSocketServer({
    db: keepStatementsWhole(database),
    host: '127.0.0.1',
    port: 0,
    maxConnections: 1000,
  });
  await server.start();
  // Not public there. Without it, a spec file that forgets to close would keep its worker from ending.
  (server as unknown as { server?: { unref?(): void } }).server?.unref?.();
  return {
    options: {
      type: 'postgres',
      host: '127.0.0.1',
      port: Number(server.getServerConn().split(':').pop()),
      username: 'postgres',
      database: 'postgres',
      poolSize: 8,
      installExtensions: false,
    },
    close: async () => {
      await server.stop();
      await giveBack();
    },
  };
}
