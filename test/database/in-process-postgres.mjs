import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const cache = resolve('node_modules/.cache/nestor-test-database');

/** Everything that a spec file may have left behind: statements, settings, locks, and each schema that it could write to. */
const clean = [
  'DEALLOCATE ALL',
  'RESET ALL',
  'UNLISTEN *',
  'SELECT pg_advisory_unlock_all()',
  `DO $$ DECLARE name text; BEGIN
     FOR name IN SELECT nspname FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema' LOOP
       EXECUTE format('DROP SCHEMA %I CASCADE', name);
     END LOOP;
   END $$`,
  'CREATE SCHEMA public',
];

/** The in-process Postgres databases of one process, each lent to one user at a time. */
export class InProcessPostgres {
  idle = [];

  /** One with an empty database that nobody else has until it is given back, and the socket server that makes it reachable. */
  async lease() {
    const [{ PGlite }, { PGLiteSocketServer }] = await Promise.all([
      import('@electric-sql/pglite'),
      import('@electric-sql/pglite-socket'),
    ]);
    const database = (await this.cleaned()) ?? (await start(PGlite));
    let isLent = true;
    return {
      database,
      PGLiteSocketServer,
      giveBack: async () => {
        if (isLent) this.idle.push(database);
        isLent = false;
      },
    };
  }

  /** One that was used before, or none: one that does not let itself be cleaned is not used again. */
  async cleaned() {
    for (let database = this.idle.pop(); database; database = this.idle.pop()) {
      try {
        if (database.isInTransaction()) await database.exec('ROLLBACK');
        for (const statement of clean) await database.exec(statement);
        return database;
      } catch {
        await database.close().catch(() => undefined);
      }
    }
    return undefined;
  }
}

async function start(PGlite) {
  const database = await PGlite.create({
    loadDataDir: await pristine(PGlite),
    // Else it sets a timer of ten seconds at its start.
    startParams: [...PGlite.defaultStartParams, '-c', 'log_startup_progress_interval=0'],
  });
  const send = database.execProtocolRawSync.bind(database);
  database.execProtocolRawSync = (...message) => withoutWaiting(() => send(...message));
  return database;
}

/** Postgres sets timers for its time limits and leaves them behind; the process shall not wait for them at its end. */
function withoutWaiting(work) {
  const { setTimeout } = globalThis;
  globalThis.setTimeout = (callback, ...rest) => setTimeout(() => withoutWaiting(callback), ...rest).unref();
  try {
    return work();
  } finally {
    globalThis.setTimeout = setTimeout;
  }
}

/** The data of a new Postgres. To make them takes seconds, so they are kept, for each version. */
async function pristine(PGlite) {
  const { version } = JSON.parse(readFileSync('node_modules/@electric-sql/pglite/package.json', 'utf8'));
  const file = join(cache, `pristine-${version}.tar`);
  if (!existsSync(file)) {
    const database = await PGlite.create();
    const dump = await database.dumpDataDir('none');
    await database.close();
    mkdirSync(cache, { recursive: true });
    const written = `${file}.${process.pid}`;
    writeFileSync(written, Buffer.from(await dump.arrayBuffer()));
    // Another process may have been faster: its file is as good.
    renameSync(written, file);
  }
  return new Blob([readFileSync(file)]);
}
