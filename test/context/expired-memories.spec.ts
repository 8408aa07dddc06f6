import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { InProcessMemories, type Memories, TypeOrmMemories } from '../../lib/context/index.js';
import { MemoryStore } from '../../lib/journal/index.js';
import { TestClock } from '../../lib/testing/test-clock.js';
import { newId } from '../../lib/values/index.js';
import { openTestDatabase, type TestDatabase } from '../database/test-database.js';
import { stores } from '../e2e/host.js';

describe.each(stores)('memories that have expired (%s)', (store) => {
  const clock = new TestClock();
  const place = { tenant: 'acme', scope: 'tenant', owner: '' } as const;
  let database: TestDatabase | undefined;
  let memories: Memories;
  beforeAll(async () => {
    if (store === 'database') database = await openTestDatabase();
    memories = database
      ? new TypeOrmMemories(database.dataSource, clock)
      : new InProcessMemories(new MemoryStore(), clock);
  });
  afterAll(() => database?.close());

  it('are neither listed nor found before they are deleted, and what has not expired stays', async () => {
    const ids = [newId(), newId(), newId()];
    for (const [index, expiresIn] of [60_000, 120_000, undefined].entries()) {
      const memory = { id: ids[index] ?? '', about: 'a', text: String(index), expiresIn } as const;
      await memories.put({ ...place, ...memory, trust: 'untrusted', origin: { by: 'code' } });
    }
    const texts = async () =>
      (await memories.list({ ...place, limit: 9 })).items.map(({ text }) => text).toSorted();
    expect(await texts()).toEqual(['0', '1', '2']);
    await clock.sleep(61_000);
    expect(await texts()).toEqual(['1', '2']);
    expect(await memories.find('acme', ids[0] ?? '')).toBeUndefined();
    await clock.sleep(60_000);
    expect(await memories.removeExpired(1)).toBe(1);
    expect(await memories.removeExpired(9)).toBe(1);
    expect(await memories.removeExpired(9)).toBe(0);
    expect(await texts()).toEqual(['2']);
  });

  it('are there again when they are remembered anew', async () => {
    const memory = { id: newId(), about: 'b', text: 'again', expiresIn: 60_000 } as const;
    const put = () => memories.put({ ...place, ...memory, trust: 'untrusted', origin: { by: 'code' } });
    await put();
    await clock.sleep(61_000);
    await put();
    expect((await memories.list({ ...place, about: 'b', limit: 9 })).items).toHaveLength(1);
  });
});
