import 'reflect-metadata';
import type { ModuleMetadata, Provider } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { TypeOrmModule } from '@nestjs/typeorm';
import { OrchestrationModule, type OrchestrationOptions } from 'nestjs-nestor';
import { OrchestrationHarness, OrchestrationTestingModule } from 'nestjs-nestor/testing';
import { openTestDatabase, type TestDatabase } from '../database/test-database.js';

export type Store = 'memory' | 'database';
/** Where the same tests run: with and without a database. `TEST_STORES=database` leaves out what no server changes. */
export const stores: readonly Store[] =
  process.env['TEST_STORES'] === 'database' ? ['database'] : ['memory', 'database'];

export interface Host {
  readonly t: OrchestrationHarness;
  /** Absent in memory. */
  readonly database?: TestDatabase;
  close(): Promise<void>;
}

/** A Nest backend with the given providers, in a test's hands. */
export async function openHost(
  store: Store,
  providers: readonly Provider[],
  options: OrchestrationOptions = {},
  more: { readonly database?: TestDatabase; readonly imports?: ModuleMetadata['imports'] } = {},
): Promise<Host> {
  const imports = more.imports ?? [];
  if (store === 'memory') {
    const module = await Test.createTestingModule({
      imports: [...imports, OrchestrationTestingModule.forRoot(options)],
      providers: [...providers],
    }).compile();
    const t = await OrchestrationHarness.from(module);
    return { t, close: () => t.close() };
  }
  const database = more.database ?? (await openTestDatabase());
  const module = await Test.createTestingModule({
    imports: [
      ...imports,
      TypeOrmModule.forRoot({ ...database.options, migrations: [] }),
      OrchestrationModule.forRoot(options),
    ],
    providers: [...providers],
  }).compile();
  const t = await OrchestrationHarness.from(module);
  return {
    t,
    database,
    close: async () => {
      await t.close();
      if (!more.database) await database.close();
    },
  };
}
