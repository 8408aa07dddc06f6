import { expect, it } from '@jest/globals';
import { orchestrationEntities, orchestrationMigrations } from 'nestjs-nestor';
import { openTestDatabase } from '../../test/database/test-database.js';
import { supportEntities, supportMigrations } from './tables.js';

it('the migrations build exactly the tables that the entities describe', async () => {
  const database = await openTestDatabase({
    entities: [...orchestrationEntities, ...supportEntities],
    migrations: [...orchestrationMigrations, ...supportMigrations],
  });
  const { upQueries } = await database.dataSource.driver.createSchemaBuilder().log();
  expect(upQueries.map(({ query }) => query)).toEqual([]);
  await database.close();
});
