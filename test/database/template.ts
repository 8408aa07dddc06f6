import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { DataSource } from 'typeorm';
import { migrate, orchestrationEntities, orchestrationMigrations } from '../../lib/database/index.js';
import { embeddedPostgres } from '../../lib/embedded/index.js';

const cache = resolve('node_modules/.cache/nestor-test-database');
const migrations = resolve('lib/database/migrations');

/**
 * A new folder with a migrated in-process Postgres. The first one for a state of the migrations is made, which takes
 * seconds, and kept; all others are copies of it.
 */
export async function copyOfTemplate(): Promise<string> {
  const template = join(cache, stateOfMigrations());
  if (!existsSync(template)) await makeTemplate(template);
  const directory = mkdtempSync(join(tmpdir(), 'nestor-test-'));
  cpSync(template, directory, { recursive: true });
  return directory;
}

async function makeTemplate(template: string): Promise<void> {
  mkdirSync(cache, { recursive: true });
  const directory = mkdtempSync(join(cache, 'new-'));
  const dataSource = await new DataSource({
    ...embeddedPostgres({ directory }),
    entities: [...orchestrationEntities],
    migrations: [...orchestrationMigrations],
  }).initialize();
  await migrate(dataSource);
  await dataSource.destroy();
  try {
    renameSync(directory, template);
  } catch (error) {
    // Another process was faster: its folder is as good.
    rmSync(directory, { recursive: true, force: true });
    if (!existsSync(template)) throw error;
  }
}

/** Differs when another migration, or another in-process Postgres, would make another folder. */
function stateOfMigrations(): string {
  const hash = createHash('sha256').update(readFileSync('node_modules/@electric-sql/pglite/package.json'));
  for (const name of readdirSync(migrations).toSorted()) hash.update(readFileSync(join(migrations, name)));
  return hash.digest('hex').slice(0, 16);
}
