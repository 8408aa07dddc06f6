import { Client } from 'pg';

const server = process.env['DATABASE_URL'] ?? 'postgres://postgres@127.0.0.1:5432/postgres';

/** What a database has been asked to do so far. */
export interface Counters {
  readonly wal: number;
  readonly commits: number;
  readonly inserted: number;
  readonly updated: number;
}

/** A database of an engine's own. Questions about it are asked from outside, so that they don't count. */
export class BenchDatabase {
  private constructor(
    readonly name: string,
    readonly url: string,
  ) {}

  static async open(engine: string): Promise<BenchDatabase> {
    const name = `nestor_bench_${engine.replaceAll('-', '_')}_${process.pid}_${next++}`;
    await onServer((client) => client.query(`CREATE DATABASE ${name}`));
    const url = new URL(server);
    url.pathname = `/${name}`;
    const database = new BenchDatabase(name, url.toString());
    await database.within((client) => client.query('CREATE TABLE bench_effect (run text, step int)'));
    return database;
  }

  /** Counters of sessions that have ended are complete; those of open ones lag behind. */
  counters(): Promise<Counters> {
    return onServer(async (client) => {
      const { rows } = await client.query<Record<keyof Counters, string>>(
        `SELECT pg_current_wal_lsn() - '0/0' AS wal, xact_commit AS commits,
           tup_inserted AS inserted, tup_updated AS updated
         FROM pg_stat_database WHERE datname = $1`,
        [this.name],
      );
      const [row] = rows;
      if (!row) throw new Error(`${this.name} has no counters`);
      const { wal, commits, inserted, updated } = row;
      return {
        wal: Number(wal),
        commits: Number(commits),
        inserted: Number(inserted),
        updated: Number(updated),
      };
    });
  }

  async within<T>(work: (client: Client) => Promise<T>): Promise<T> {
    return withClient(this.url, work);
  }

  async drop(): Promise<void> {
    await onServer((client) => client.query(`DROP DATABASE IF EXISTS ${this.name} WITH (FORCE)`));
  }
}

let next = 1;

export function onServer<T>(work: (client: Client) => Promise<T>): Promise<T> {
  return withClient(server, work);
}

async function withClient<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
