import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openTestRedis, redisIsHere } from '../conformance/redis.js';
import { openTestDatabase, type TestDatabase } from '../database/test-database.js';
import { loadPage } from './pages.js';

describe('docs/scaling.md', () => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await openTestDatabase();
  }, 60_000);
  afterEach(async () => {
    await database.close();
    if (redisIsHere) await openTestRedis('greetings').close();
  });

  it('runs on one process, and with the dispatcher for several where there is a Redis', async () => {
    const page = await loadPage('docs/scaling.md');
    const options = { ...database.options, migrations: [] };
    const { result } = await page.run('boot', options, process.env['REDIS_URL']);
    expect(result).toMatchObject({ status: 'completed', output: 'hello you' });
  }, 60_000);
});
