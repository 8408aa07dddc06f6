import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { PoolClient } from 'pg';
import { openTestDatabase, type TestDatabase } from '../../../test/database/test-database.js';
import { SystemClock } from '../../clock/index.js';
import { Statements } from './statements.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
}, 60_000);
afterAll(() => database.close());

it('a connection that the server ends while it is being handed out does not end the process', async () => {
  const statements = new Statements(database.dataSource, new SystemClock());
  await statements.run({ text: 'SELECT 1', values: [] });
  const { master } = database.dataSource.driver as unknown as {
    master: { connect(): Promise<PoolClient> };
  };
  const client = await master.connect();
  // What `pg` does when the server's last word comes before anybody listens.
  expect(() => client.emit('error', new Error('terminating connection'))).not.toThrow();
  client.release(true);
  expect(await statements.run({ text: 'SELECT 2 AS two', values: [] })).toEqual([{ two: 2 }]);
});
