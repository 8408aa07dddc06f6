import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { chown, mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Redis } from 'ioredis';

const run = promisify(execFile);

/** PostgreSQL refuses to work for root, so that root lets this user work for it. */
const account = 'postgres';

/** A PostgreSQL server with default settings of the harness's own: it may be stopped in the middle of anything. */
export class OwnPostgres {
  private constructor(
    private readonly programs: string,
    private readonly directory: string,
    private readonly port: number,
  ) {}

  static async start(): Promise<OwnPostgres> {
    const directory = await mkdtemp(join(tmpdir(), 'nestor-chaos-'));
    const server = new OwnPostgres(findPrograms(), directory, await freePort());
    if (isRoot()) {
      const { stdout } = await run('id', ['-u', account]);
      await chown(directory, Number(stdout), -1);
    }
    await server.run('initdb', '-D', server.data, '-A', 'trust', '-U', 'postgres');
    await server.up();
    return server;
  }

  get url(): string {
    return `postgres://postgres@127.0.0.1:${this.port}/postgres`;
  }

  /** `immediate`: without a farewell, as in a power cut; it recovers from its log. */
  async restart(mode: 'fast' | 'immediate'): Promise<void> {
    await this.down(mode);
    await this.up();
  }

  async close(): Promise<void> {
    await this.down('immediate');
    await rm(this.directory, { recursive: true, force: true });
  }

  private get data(): string {
    return join(this.directory, 'data');
  }

  private async up(): Promise<void> {
    const options = `-p ${this.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=''`;
    await this.run('pg_ctl', '-D', this.data, '-w', '-l', join(this.data, 'log'), '-o', options, 'start');
  }

  private async down(mode: 'fast' | 'immediate'): Promise<void> {
    await this.run('pg_ctl', '-D', this.data, '-w', '-m', mode, 'stop');
  }

  private async run(program: string, ...options: string[]): Promise<void> {
    const path = join(this.programs, program);
    if (isRoot())
      await run('setpriv', ['--reuid', account, '--clear-groups', path, ...options], { cwd: '/' });
    else await run(path, options);
  }
}

/** A Redis server of the harness's own, which keeps nothing on disk. */
export class OwnRedis {
  private child: ChildProcess | undefined;

  private constructor(private readonly port: number) {}

  static async start(): Promise<OwnRedis> {
    const server = new OwnRedis(await freePort());
    await server.up();
    return server;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  async flush(): Promise<void> {
    await this.ask((client) => client.flushall());
  }

  /** Killed, away for that long, and back with nothing in it. */
  async restart(away: number): Promise<void> {
    this.child?.kill('SIGKILL');
    await pause(away);
    await this.up();
  }

  close(): void {
    this.child?.kill('SIGKILL');
  }

  private async up(): Promise<void> {
    this.child = spawn('redis-server', ['--port', String(this.port), '--save', '', '--appendonly', 'no'], {
      stdio: 'ignore',
    });
    let problem: Error | undefined;
    this.child.once('error', (error) => (problem = error));
    for (let tries = 0; tries < 100; tries++) {
      if (problem) throw new Error('The fault harness needs redis-server', { cause: problem });
      if (
        await this.ask((client) => client.ping()).then(
          () => true,
          () => false,
        )
      )
        return;
      await pause(50);
    }
    throw new Error(`redis-server does not answer on port ${this.port}`);
  }

  private async ask(question: (client: Redis) => Promise<unknown>): Promise<void> {
    const client = new Redis(this.url, {
      lazyConnect: true,
      retryStrategy: () => null,
      maxRetriesPerRequest: 0,
    });
    client.on('error', () => undefined);
    try {
      await client.connect();
      await question(client);
    } finally {
      client.disconnect();
    }
  }
}

function findPrograms(): string {
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian) ? readdirSync(debian) : [];
  const found = [
    ...versions.map((version) => join(debian, version, 'bin')),
    ...(process.env['PATH'] ?? '').split(':'),
  ];
  const programs = found.find((folder) => existsSync(join(folder, 'initdb')));
  if (programs) return programs;
  throw new Error(`The fault harness needs PostgreSQL's initdb and pg_ctl, in ${debian} or on the PATH`);
}

function isRoot(): boolean {
  return process.getuid?.() === 0;
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
