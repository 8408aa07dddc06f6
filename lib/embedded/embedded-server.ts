import { mkdirSync } from 'node:fs';
import { lockDirectory } from './directory-lock.js';
import type { PGliteOptions } from '@electric-sql/pglite';
import { keepStatementsWhole } from './statement-groups.js';

/** By name. The types of PGlite do not compile with the checks of libraries on, so that they are not those of the option. */
export type PgliteExtensions = Readonly<Record<string, object>>;

interface Running {
  readonly port: number;
  stop(): Promise<void>;
}

/** The in-process Postgres behind a local port. Starts when it is first asked for and again after a stop. */
export class EmbeddedServer {
  private running: Promise<Running> | undefined;
  private users = 0;

  constructor(
    private readonly directory: string | undefined,
    private readonly port: number,
    private readonly extensions: PgliteExtensions = {},
  ) {}

  /** Notes somebody who will need it. */
  enter(): void {
    this.users++;
  }

  /** Stops it when the last one has left. */
  async leave(): Promise<void> {
    if (--this.users === 0) await this.stop();
  }

  /** Starts it unless it runs; its port. */
  async start(): Promise<number> {
    const starting = (this.running ??= this.launch());
    try {
      return (await starting).port;
    } catch (error) {
      if (this.running === starting) this.running = undefined;
      throw error;
    }
  }

  /** Stops it if it runs; what is in its directory stays. */
  async stop(): Promise<void> {
    const running = this.running;
    this.running = undefined;
    await (await running?.catch(() => undefined))?.stop();
  }

  private async launch(): Promise<Running> {
    const { PGlite, PGLiteSocketServer } = await load();
    if (this.directory !== undefined) mkdirSync(this.directory, { recursive: true });
    const unlock = this.directory === undefined ? undefined : await lockDirectory(this.directory);
    try {
      const database = await PGlite.create({
        ...(this.directory === undefined ? {} : { dataDir: this.directory }),
        // What the packages of its extensions export.
        extensions: this.extensions as NonNullable<PGliteOptions['extensions']>,
      });
      const server = new PGLiteSocketServer({
        db: keepStatementsWhole(database),
        host: '127.0.0.1',
        port: this.port,
        maxConnections: 1000,
      });
      await server.start();
      // Not public there. Without it, a process that forgets to close its data source would never end.
      (server as unknown as { server?: { unref?(): void } }).server?.unref?.();
      return {
        port: Number(server.getServerConn().split(':').pop()),
        stop: async () => {
          await server.stop();
          await database.close();
          await unlock?.();
        },
      };
    } catch (error) {
      await unlock?.();
      throw error;
    }
  }
}

/** Loaded on first use, so that the entry point can be imported where the optional packages are missing. */
async function load() {
  try {
    const [{ PGlite }, { PGLiteSocketServer }] = await Promise.all([
      import('@electric-sql/pglite'),
      import('@electric-sql/pglite-socket'),
    ]);
    return { PGlite, PGLiteSocketServer };
  } catch (cause) {
    throw new Error(
      'embeddedPostgres() needs two optional packages: npm install @electric-sql/pglite @electric-sql/pglite-socket',
      { cause },
    );
  }
}
