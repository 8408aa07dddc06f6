import { createHash } from 'node:crypto';
import { realpathSync, rmSync } from 'node:fs';
import { type Server, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Keeps a second process out of a data folder: two would destroy it. The lock is a listening local socket,
 * so it dies with its process: after `kill -9` nothing stale is in the way, and a reused process id deceives nobody.
 */
export async function lockDirectory(directory: string): Promise<() => Promise<void>> {
  const address = lockAddress(realpathSync(directory));
  const server =
    (await tryListen(address)) ?? ((await someoneAnswers(address)) ? undefined : await takeOver(address));
  if (!server) {
    throw new Error(
      `The data folder '${directory}' is in use by another process. ` +
        'The in-process Postgres serves one process only: stop the other one, give this one a folder of its own, or use a PostgreSQL server.',
    );
  }
  server.unref();
  return () => new Promise((resolve) => server.close(() => resolve()));
}

/** Short on purpose: local socket paths are limited to about 100 characters. */
export function lockAddress(directory: string): string {
  const name = `nestor-${createHash('sha256').update(directory).digest('hex').slice(0, 24)}`;
  return process.platform === 'win32' ? `\\\\.\\pipe\\${name}` : join(tmpdir(), `${name}.lock`);
}

function takeOver(address: string): Promise<Server | undefined> {
  rmSync(address, { force: true });
  return tryListen(address);
}

function tryListen(address: string): Promise<Server | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.once('listening', () => resolve(server));
    server.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' ? resolve(undefined) : reject(error),
    );
    server.listen(address);
  });
}

function someoneAnswers(address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(address);
    socket.once('connect', () => (socket.destroy(), resolve(true)));
    socket.once('error', () => resolve(false));
  });
}
