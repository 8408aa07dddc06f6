import { MemoryBlobStore, MemoryJournal, MemoryStore } from '../../lib/journal/index.js';
import { MemoryLeases } from '../../lib/leases/index.js';
import { describeBlobs } from './blob-suite.js';
import { MemoryBudgetLedger, MemoryKillSwitchStore, MemoryRateBuckets } from '../../lib/limits/index.js';
import { describeJournal } from './journal-suite.js';
import { describeLeases } from './leases-suite.js';
import { describeLedger } from './ledger-suite.js';
import { describeLimits } from './limits-suite.js';
import { describeRates } from './rates-suite.js';
import { MovedClock } from './moved-clock.js';
import type { World } from './world.js';

async function memoryWorld(): Promise<World> {
  const store = new MemoryStore();
  const clock = new MovedClock();
  return {
    clock,
    journal: (options) => new MemoryJournal(store, clock, options),
    leases: () => new MemoryLeases(store, clock),
    blobs: () => new MemoryBlobStore(store),
    ledger: () => new MemoryBudgetLedger(store),
    rates: () => new MemoryRateBuckets(store, clock),
    switches: () => new MemoryKillSwitchStore(store),
    setFormat: async (runId, format) => store.update(store.runs.get(runId)!, { format }),
    reviews: async (runId) =>
      Object.fromEntries(
        [...store.reviews.values()]
          .filter((review) => review.runId === runId)
          .map(({ id, status }) => [id, status]),
      ),
    close: async () => undefined,
  };
}

describeJournal('memory', memoryWorld);
describeLeases('memory', memoryWorld);
describeBlobs('memory', memoryWorld);
describeLedger('memory', memoryWorld);
describeLimits('memory', memoryWorld);
describeRates('memory', memoryWorld);
