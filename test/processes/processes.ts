import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AuditService, type Run } from 'nestjs-nestor';
import { TypeOrmAuditReader } from '../../lib/audit/index.js';
import { SystemClock } from '../../lib/clock/index.js';
import { Run as RunEntity } from '../../lib/database/index.js';
import { TypeOrmJournal } from '../../lib/journal/index.js';
import { type Leases, TypeOrmLeases } from '../../lib/leases/index.js';
import { openTestDatabase, type TestDatabase } from '../database/test-database.js';
import { openAccess } from '../access/open-access.js';

/** What a step of the counting host has noted outside the database. */
export interface Note {
  readonly event: 'begins' | 'ends';
  readonly run: string;
  readonly step: string;
  readonly pid: number;
  readonly at: number;
}

/** One database on a server, and processes of the counting host on it. */
export class Processes {
  private readonly children = new Set<ChildProcess>();

  private constructor(
    private readonly program: string,
    private readonly folder: string,
    readonly database: TestDatabase,
  ) {}

  static async open(program: string): Promise<Processes> {
    const folder = await mkdtemp(join(tmpdir(), 'nestor-processes-'));
    await writeFile(join(folder, 'effects'), '');
    return new Processes(program, folder, await openTestDatabase());
  }

  /** Starts one, and waits until it is up. */
  async start(settings: Record<string, string>): Promise<ChildProcess> {
    const child = spawn(process.execPath, [this.program], {
      env: {
        ...process.env,
        NODE_OPTIONS: '',
        DATABASE_URL: this.database.url,
        EFFECTS: join(this.folder, 'effects'),
        ...settings,
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.children.add(child);
    await new Promise<void>((resolve, reject) => {
      child.stdout?.once('data', () => resolve());
      child.once('exit', (code) => reject(new Error(`the process ended with ${code} before it was up`)));
    });
    return child;
  }

  async notes(): Promise<Note[]> {
    const lines = (await readFile(join(this.folder, 'effects'), 'utf8')).split('\n');
    return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Note);
  }

  runs(): Promise<Run[]> {
    return this.database.dataSource.manager.find(RunEntity);
  }

  /** As if the last heartbeat of a process had been that many seconds ago; with a negative number, as if it was to come. */
  async setHeartbeatAge({ pid }: ChildProcess, seconds: number): Promise<void> {
    await this.database.dataSource.query(
      `UPDATE orchestration_worker SET heartbeat_at = clock_timestamp() - $2::double precision * interval '1 second'
       WHERE process_id = $1`,
      [pid, seconds],
    );
  }

  /** What another process would use to take over runs of the dead. */
  leases(): Leases {
    return new TypeOrmLeases(this.database.dataSource, new SystemClock());
  }

  /** A file that is there until it is removed; its path. */
  async barrier(): Promise<string> {
    const path = join(this.folder, 'barrier');
    await writeFile(path, '');
    return path;
  }

  /** The numbers of problems that the chains of all runs have. */
  async chainProblems(): Promise<number[]> {
    const clock = new SystemClock();
    const { dataSource } = this.database;
    const journal = new TypeOrmJournal(dataSource, clock);
    const audit = new AuditService(journal, new TypeOrmAuditReader(dataSource, clock), openAccess(journal));
    const reports = await Promise.all((await this.runs()).map(({ id }) => audit.verify(id)));
    return reports.map(({ problems }) => problems.length);
  }

  async close(): Promise<void> {
    for (const child of this.children) if (child.exitCode === null) child.kill('SIGKILL');
    await this.database.close();
    await rm(this.folder, { recursive: true, force: true });
  }
}

export function exited(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve(child.exitCode);
  return new Promise((resolve) => child.once('exit', (code) => resolve(code)));
}
