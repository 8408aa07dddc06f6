import { setTimeout as pause } from 'node:timers/promises';
import { Pool, type QueryResult, type QueryResultRow } from 'pg';

/** Connections with this name are the harness's own: nothing ends them but the end of the server. */
export const ownConnections = 'chaos';

/** Longer than any server is away, in milliseconds. */
const patience = 60_000;

/**
 * Connections of the harness's own. What it writes down must not be lost with a server: every statement is tried until
 * it succeeds, so it has to be one that can be repeated.
 */
export class SteadyPool {
  private readonly pool: Pool;

  constructor(url: string, max: number) {
    this.pool = new Pool({ connectionString: url, max, application_name: ownConnections });
    // The next statement takes another connection.
    this.pool.on('error', () => undefined);
  }

  async query<Row extends QueryResultRow>(text: string, values: unknown[] = []): Promise<QueryResult<Row>> {
    const end = performance.now() + patience;
    for (;;) {
      try {
        return await this.pool.query<Row>(text, values);
      } catch (error) {
        if (!isOutage(error) || performance.now() > end) throw error;
        await pause(20);
      }
    }
  }

  end(): Promise<void> {
    return this.pool.end();
  }
}

/** Not what the statement says: connection exceptions, operator intervention, or an error of the network. */
function isOutage(error: unknown): boolean {
  const { code, message } = error as { readonly code?: string; readonly message?: string };
  if (code === undefined) return /connection|terminated/i.test(message ?? '');
  return /^(08|57P)|^E[A-Z]+$/.test(code);
}
