import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../chaos/servers.js';
import { until } from '../e2e/until.js';

/** A real PgBouncer before a PostgreSQL server, in transaction mode: each transaction may get another session. */
export class PgBouncer {
  private said = '';

  private constructor(
    readonly url: string,
    private readonly folder: string,
    private readonly child: ChildProcess,
  ) {
    child.stderr?.on('data', (text: Buffer) => (this.said += text.toString()));
  }

  /** @param sessions how many the server has for all clients together */
  static async open(server: string, sessions: number): Promise<PgBouncer> {
    const target = new URL(server);
    const port = await freePort();
    const folder = mkdtempSync(join(tmpdir(), 'nestor-pgbouncer-'));
    const file = join(folder, 'pgbouncer.ini');
    const database = target.pathname.slice(1);
    const to = `host=${target.hostname} port=${target.port || '5432'} dbname=${database} user=${target.username}`;
    const settings = {
      listen_addr: '127.0.0.1',
      listen_port: port,
      unix_socket_dir: '',
      auth_type: 'any',
      pool_mode: 'transaction',
      default_pool_size: sessions,
      // Seconds after which it tries a server again that was away.
      server_login_retry: 1,
    };
    const lines = Object.entries(settings).map(([name, value]) => `${name} = ${value}`);
    writeFileSync(file, ['[databases]', `${database} = ${to}`, '[pgbouncer]', ...lines, ''].join('\n'));
    // It does not run as root, and another user has to read its settings.
    chmodSync(folder, 0o755);
    const asUser = process.getuid?.() === 0 ? ['-u', 'postgres'] : [];
    const child = spawn('pgbouncer', [...asUser, file], { stdio: ['ignore', 'ignore', 'pipe'] });
    const own = new URL(server);
    own.hostname = '127.0.0.1';
    own.port = String(port);
    const bouncer = new PgBouncer(own.href, folder, child);
    await bouncer.listening(port);
    return bouncer;
  }

  async close(): Promise<void> {
    if (this.child.exitCode === null) {
      this.child.kill('SIGKILL');
      await once(this.child, 'exit');
    }
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async listening(port: number): Promise<void> {
    await until(
      'pgbouncer listens',
      () => {
        if (this.child.exitCode !== null) throw new Error(`pgbouncer ended:\n${this.said}`);
        return accepts(port);
      },
      30_000,
    );
  }
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const end = (answer: boolean) => (socket.destroy(), resolve(answer));
    socket.on('connect', () => end(true)).on('error', () => end(false));
  });
}
