/** The parts of a `pg` client and its pool that are used here. */
interface PooledClient {
  on(event: 'error', listener: () => void): void;
}

export interface EventfulPool {
  on(event: 'acquire', listener: (client: PooledClient) => void): void;
}

const pools = new WeakSet<object>();

/**
 * Keeps the process alive when the server ends a connection that is just being handed out: after an administrator's
 * command or a restart, the end may arrive in one piece with the answer before it, when the pool listens no longer and
 * the caller that gets the connection does not yet. An error that nobody listens to ends a process; here the next statement fails.
 */
export function surviveLostConnections(pool: EventfulPool): void {
  if (pools.has(pool)) return;
  pools.add(pool);
  const clients = new WeakSet<PooledClient>();
  pool.on('acquire', (client) => {
    if (clients.has(client)) return;
    clients.add(client);
    client.on('error', () => undefined);
  });
}
