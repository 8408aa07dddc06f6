import { describe, expect, it } from '@jest/globals';
import { MovedClock } from '../../test/conformance/moved-clock.js';
import { completed, holdRun } from '../../test/conformance/world.js';
import { MemoryJournal, MemoryStore } from '../journal/index.js';
import { MemoryLeases } from '../leases/index.js';
import { verifyRun } from './verification.js';

describe('verifyRun', () => {
  it('reports records whose run is gone', async () => {
    const [store, clock] = [new MemoryStore(), new MovedClock()];
    const process = { journal: new MemoryJournal(store, clock), leases: new MemoryLeases(store, clock) };
    await process.leases.register();
    const { id, leaseEpoch } = await holdRun(process);
    await process.journal.append({ runId: id, epoch: leaseEpoch, records: [completed('draft')] });
    const journal = Object.create(process.journal, { find: { value: async () => undefined } });
    expect(await verifyRun(journal, id)).toMatchObject({
      ok: false,
      records: 2,
      problems: [{ runId: id, kind: 'run', message: expect.stringContaining('2 of its records') }],
    });
  });
});
