import { describe, expect, it, jest } from '@jest/globals';
import { DataSource } from 'typeorm';
import { Review, Run } from '../../lib/database/index.js';
import { TypeOrmBlobStore, TypeOrmJournal } from '../../lib/journal/index.js';
import { DedicatedConnection, TypeOrmLeases } from '../../lib/leases/index.js';
import { onServer, openTestDatabase } from '../database/test-database.js';
import { describeBlobs } from './blob-suite.js';
import { TypeOrmBudgetLedger, TypeOrmKillSwitchStore, TypeOrmRateBuckets } from '../../lib/limits/index.js';
import { describeJournal } from './journal-suite.js';
import { describeLeases } from './leases-suite.js';
import { describeDeadHolders, describeLedger } from './ledger-suite.js';
import { describeLimits } from './limits-suite.js';
import { describeRates } from './rates-suite.js';
import { MovedClock } from './moved-clock.js';
import { holdRun, type World } from './world.js';

async function typeOrmWorld(): Promise<World> {
  const { dataSource, close } = await openTestDatabase();
  const clock = new MovedClock();
  return {
    clock,
    journal: (options) => new TypeOrmJournal(dataSource, clock, options),
    leases: () => new TypeOrmLeases(dataSource, clock, { singleProcess: false }),
    blobs: () => new TypeOrmBlobStore(dataSource, clock),
    ledger: () => new TypeOrmBudgetLedger(dataSource, clock, 15_000),
    rates: () => new TypeOrmRateBuckets(dataSource, clock),
    switches: () => new TypeOrmKillSwitchStore(dataSource, clock),
    setFormat: async (runId, format) => void (await dataSource.getRepository(Run).update(runId, { format })),
    reviews: async (runId) => {
      const reviews = await dataSource.getRepository(Review).findBy({ runId });
      return Object.fromEntries(reviews.map(({ id, status }) => [id, status]));
    },
    close,
  };
}

const name = onServer ? 'PostgreSQL server' : 'in-process Postgres';
describeJournal(name, typeOrmWorld);
describeLeases(name, typeOrmWorld);
describeBlobs(name, typeOrmWorld);
describeLedger(name, typeOrmWorld);
describeLimits(name, typeOrmWorld);
describeRates(name, typeOrmWorld);
describeDeadHolders(name, typeOrmWorld);

it(`${name}: takes some more from the bucket of a rate limit than it needs, the less the more workers there are`, async () => {
  const world = await typeOrmWorld();
  const ask = { amount: 1, capacity: 60, window: 60_000, returned: 0, mayOwe: false };
  await world.leases().register();
  expect(await world.rates().take([{ ...ask, key: 'one' }])).toEqual([{ taken: 15, wait: 0 }]);
  await world.leases().register();
  expect(await world.rates().take([{ ...ask, key: 'two' }])).toEqual([{ taken: 7, wait: 0 }]);
  await world.close();
}, 60_000);

describe(`${name}: leases of a process that is the only one there can be`, () => {
  it('free what former processes held, and count that as a recovery', async () => {
    const { dataSource, close } = await openTestDatabase();
    const clock = new MovedClock();
    const boot = async () => {
      const leases = new TypeOrmLeases(dataSource, clock, onServer ? { singleProcess: true } : {});
      await leases.register();
      return { leases, journal: new TypeOrmJournal(dataSource, clock) };
    };
    const killed = await boot();
    const { id, leaseEpoch } = await holdRun(killed);
    const { leases } = await boot();
    expect(await leases.due(10, ['definition-1'])).toEqual([id]);
    expect(await leases.claim(id)).toMatchObject({ leaseEpoch: leaseEpoch + 1, recoveryCount: 1 });
    expect((await killed.leases.heartbeat()).outcome).toBe('lost');
    await close();
  }, 60_000);
});

it(`${name}: a process registers though its connections break while it boots`, async () => {
  const test = await openTestDatabase();
  const dataSource = await new DataSource(test.options).initialize();
  const broken = Object.assign(new Error('terminating connection'), { code: '57P01' });
  const asked = jest.spyOn(dataSource, 'query').mockRejectedValueOnce(broken);
  const connection = new DedicatedConnection(dataSource, { enabled: false });
  const leases = new TypeOrmLeases(dataSource, new MovedClock(), { connection });
  await leases.register();
  expect((await leases.heartbeat()).outcome).toBe('ok');
  expect(asked).toHaveBeenCalled();
  await dataSource.destroy();
  await test.close();
}, 60_000);
