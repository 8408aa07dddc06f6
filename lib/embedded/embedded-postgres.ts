import type { DataSourceOptions } from 'typeorm';
import { embeddedDriver } from './embedded-pool.js';
import { EmbeddedServer, type PgliteExtensions } from './embedded-server.js';

export interface EmbeddedPostgresOptions {
  /** Folder of the data, created if need be. @default in memory: gone with the process */
  readonly directory?: string | undefined;
  /** Port on 127.0.0.1, without a password. @default 0: a free one */
  readonly port?: number | undefined;
  /** Extensions of PGlite, such as `{ vector }` of `@electric-sql/pglite-pgvector`; `CREATE EXTENSION` is yours. @default none */
  readonly extensions?: PgliteExtensions | undefined;
}

/** TypeORM options for one in-process Postgres. */
export type EmbeddedPostgres = Extract<DataSourceOptions, { type: 'postgres' }> & {
  /** Stops the database. Not needed where the data source is destroyed, as Nest does on `app.close()`. */
  stop(): Promise<void>;
};

/**
 * TypeORM options for a Postgres inside this process: for development, demos and tests.
 *
 * It starts with the first connection and stops with the data source. One process only may use a `directory`;
 * what was committed survives `kill -9`.
 *
 * @example
 * TypeOrmModule.forRoot({ ...embeddedPostgres({ directory: '.nestor/data' }), autoLoadEntities: true })
 */
export function embeddedPostgres(options: EmbeddedPostgresOptions = {}): EmbeddedPostgres {
  const server = new EmbeddedServer(options.directory, options.port ?? 0, options.extensions);
  return {
    type: 'postgres',
    host: '127.0.0.1',
    username: 'postgres',
    database: 'postgres',
    poolSize: 8,
    driver: embeddedDriver(server),
    installExtensions: false,
    stop: () => server.stop(),
  };
}
