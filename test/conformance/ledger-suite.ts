import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { AccountKey, Settlement } from '../../lib/journal/index.js';
import { type BudgetLedger, limitOfOwner } from '../../lib/limits/index.js';
import type { Entry, ReserveOutcome } from '../../lib/limits/budgets/budget-ledger.js';
import { slotWindow } from '../../lib/limits/slot-window.js';
import { newId } from '../../lib/values/index.js';
import { completed, holdRun, type Process, startProcess, type World } from './world.js';

const factsOf = (actor = 'ann', reason?: string) => ({
  id: newId(),
  actor,
  reason,
  at: new Date().toISOString(),
});

interface LedgerProcess extends Process {
  readonly ledger: BudgetLedger;
  readonly id: string;
}

/** What all ledgers of shared budgets must do, wherever they are kept. */
export function describeLedger(where: string, openWorld: () => Promise<World>): void {
  describe(`${where}: budgets that runs share`, () => {
    let world: World;
    let owner: string;
    let one: LedgerProcess;
    let other: LedgerProcess;
    beforeAll(async () => {
      world = await openWorld();
    }, 60_000);
    afterAll(() => world.close());
    beforeEach(async () => {
      owner = `tenant ${newId()}`;
      one = await startLedger();
      other = await startLedger();
    });

    async function startLedger(): Promise<LedgerProcess> {
      const process = await startProcess(world);
      return { ...process, ledger: world.ledger(), id: process.leases.workerId };
    }

    const key = (unit: AccountKey['unit'] = 'calls', window = 'ever'): AccountKey => ({
      owner,
      unit,
      window,
    });
    const entry = (amount: number, limit: number, more: Partial<Entry> = {}): Entry => {
      return { ...key(), warnAt: undefined, amount, limit, ...more };
    };
    const settled = (
      { id }: LedgerProcess,
      estimate: number,
      actual: number,
      account = key(),
    ): Settlement => ({ workerId: id, ...account, estimate, actual });
    const reserve = ({ ledger, id }: LedgerProcess, ...entries: Entry[]): Promise<ReserveOutcome> =>
      ledger.reserve(id, entries);
    const standing = async (account = key()) => (await one.ledger.standings([account]))[0];

    it('grant what fits and refuse what does not, to all processes together', async () => {
      expect(await reserve(one, entry(6, 10))).toEqual({ outcome: 'reserved', warned: [] });
      expect(await reserve(other, entry(5, 10))).toMatchObject({
        outcome: 'refused',
        standing: { owner, unit: 'calls', window: 'ever', used: 0, reserved: 6, limit: 10 },
      });
      expect(await reserve(other, entry(4, 10))).toMatchObject({ outcome: 'reserved' });
      expect(await standing()).toMatchObject({ used: 0, reserved: 10 });
      expect(await one.ledger.holdings(key())).toEqual([
        { workerId: one.id, amount: 6 },
        { workerId: other.id, amount: 4 },
      ]);
    });

    it('grant in all accounts of a call or in none', async () => {
      const usd = { unit: 'usd', window: '1d x' } as const;
      expect(await reserve(one, entry(1, 10), entry(9, 8, usd))).toMatchObject({
        outcome: 'refused',
        standing: { unit: 'usd', limit: 8 },
      });
      expect((await standing())?.reserved ?? 0).toBe(0);
      expect(await reserve(one, entry(1, 10), entry(8, 8, usd))).toMatchObject({ outcome: 'reserved' });
      expect(await standing(key('usd', '1d x'))).toMatchObject({ reserved: 8 });
    });

    it('never grant more than the limit, however many ask at once', async () => {
      const asked = Array.from({ length: 60 }, (_, index) =>
        reserve(index % 2 ? one : other, entry((index % 3) + 1, 40)),
      );
      const granted = (await Promise.all(asked)).filter(({ outcome }) => outcome === 'reserved');
      expect(granted.length).toBeGreaterThanOrEqual(13);
      const { reserved = 0 } = (await standing()) ?? {};
      expect(reserved).toBeGreaterThan(37);
      expect(reserved).toBeLessThanOrEqual(40);
      const held = await one.ledger.holdings(key());
      expect(held.reduce((sum, { amount }) => sum + amount, 0)).toBe(reserved);
    });

    it('let in what costs nothing, also where nothing is left', async () => {
      await reserve(one, entry(3, 3));
      expect(await reserve(one, entry(0, 3))).toMatchObject({ outcome: 'reserved' });
    });

    it('book what a commit of the journal says, and free what was set aside for it', async () => {
      const run = await holdRun(one);
      await reserve(one, entry(7, 10));
      const settlements = [settled(one, 7, 4)];
      const append = { runId: run.id, epoch: run.leaseEpoch, records: [completed('ask')] };
      expect(await one.journal.append({ ...append, effects: { settlements } })).toBe('ok');
      expect(await standing()).toMatchObject({ used: 4, reserved: 0 });
      await one.ledger.fold();
      expect(await standing()).toMatchObject({ used: 4, reserved: 0 });
      expect(await other.ledger.holdings(key())).toEqual([]);
      expect(await reserve(other, entry(6, 10))).toMatchObject({ outcome: 'reserved' });
    });

    it('book nothing for a commit that is fenced', async () => {
      const run = await holdRun(one);
      await reserve(one, entry(7, 10));
      const append = { runId: run.id, epoch: run.leaseEpoch - 1, records: [completed('ask')] };
      const effects = { settlements: [settled(one, 7, 4)] };
      expect(await one.journal.append({ ...append, effects })).toBe('fenced');
      await one.ledger.fold();
      expect(await standing()).toMatchObject({ used: 0, reserved: 7 });
    });

    it('book what is settled without a commit, and a bill that is larger than its estimate in full', async () => {
      await reserve(one, entry(7, 10));
      one.ledger.settle([settled(one, 7, 12)]);
      await one.ledger.fold();
      expect(await standing()).toMatchObject({ used: 12, reserved: 0, limit: 10 });
      expect(await reserve(other, entry(1, 10))).toMatchObject({ outcome: 'refused' });
    });

    it('count what this process has settled before a call of it is refused', async () => {
      await reserve(one, entry(10, 10));
      one.ledger.settle([settled(one, 10, 1)]);
      expect(await reserve(one, entry(9, 10))).toMatchObject({ outcome: 'reserved' });
    });

    it('tell once that the soft limit was reached, until the limit is raised', async () => {
      const soft = { warnAt: 0.8 };
      expect(await reserve(one, entry(7, 10, soft))).toMatchObject({ warned: [] });
      expect(await reserve(one, entry(1, 10, soft))).toMatchObject({
        warned: [{ owner, used: 0, reserved: 8, limit: 10 }],
      });
      expect(await reserve(other, entry(1, 10, soft))).toMatchObject({ warned: [] });
      await one.ledger.raise(owner, [{ unit: 'calls', window: 'ever', amount: 10, limit: 10 }], factsOf());
      expect(await reserve(other, entry(1, 10, soft))).toMatchObject({ warned: [] });
      expect(await reserve(other, entry(6, 10, soft))).toMatchObject({ warned: [{ limit: 20 }] });
    });

    it('allow more after a raise, which those who wait for it can tell', async () => {
      expect(await reserve(one, entry(11, 10))).toMatchObject({ standing: { generation: 0 } });
      await other.ledger.raise(owner, [{ unit: 'calls', window: 'ever', amount: 1, limit: 10 }], factsOf());
      expect((await one.ledger.generations([limitOfOwner(owner)])).get(limitOfOwner(owner))).toBe(1);
      expect(await reserve(one, entry(11, 10))).toMatchObject({ outcome: 'reserved' });
      expect(await standing()).toMatchObject({ limit: 11, raised: 1, generation: 1 });
      expect(await reserve(one, entry(1, 10))).toMatchObject({ standing: { generation: 1 } });
    });

    it('count a raise once that is sent twice, and tell who has raised, the newest first', async () => {
      const raise = (amount: number) => [{ unit: 'calls' as const, window: 'ever', amount, limit: 10 }];
      const [first, second] = [factsOf('ann', 'a long day'), factsOf('bob')];
      await one.ledger.raise(owner, raise(1), first);
      await other.ledger.raise(owner, raise(1), first);
      await other.ledger.raise(owner, raise(2), {
        ...second,
        at: new Date(Date.now() + 1_000).toISOString(),
      });
      await reserve(one, entry(1, 10));
      expect(await standing()).toMatchObject({ limit: 13, raised: 3, generation: 2 });
      expect(await one.ledger.raisesOf(owner, 10)).toMatchObject([
        { actor: 'bob', reason: undefined, raises: [{ unit: 'calls', window: 'ever', amount: 2 }] },
        { id: first.id, actor: 'ann', reason: 'a long day', at: first.at },
      ]);
      expect(await one.ledger.raisesOf(owner, 1)).toMatchObject([{ actor: 'bob' }]);
      expect(await one.ledger.raisesOf('nobody', 10)).toEqual([]);
    });

    it('keep windows apart', async () => {
      await reserve(one, entry(10, 10, { window: '1d 2026-11-30 UTC' }));
      expect(await reserve(one, entry(10, 10, { window: '1d 2026-12-01 UTC' }))).toMatchObject({
        outcome: 'reserved',
      });
    });
  });
}

/** What holds where processes can die and others go on. */
export function describeDeadHolders(where: string, openWorld: () => Promise<World>): void {
  describe(`${where}: what dead processes have set aside of shared budgets`, () => {
    let world: World;
    beforeAll(async () => {
      world = await openWorld();
    }, 60_000);
    afterAll(() => world.close());

    it('is booked at its estimate, and put right by a bill that comes after all', async () => {
      const owner = `tenant ${newId()}`;
      const account = { owner, unit: 'usd', window: 'ever' } as const;
      const [dead, alive] = [await startProcess(world), await startProcess(world)];
      const [deads, alives] = [world.ledger(), world.ledger()];
      const workerId = dead.leases.workerId;
      await deads.reserve(workerId, [{ ...account, warnAt: undefined, amount: 100, limit: 1000 }]);
      const run = await holdRun(dead);
      const ofRun = { ...account, workerId, estimate: 30, actual: 20 };
      await dead.journal.append({
        runId: run.id,
        epoch: run.leaseEpoch,
        records: [completed('ask')],
        effects: { settlements: [ofRun] },
      });
      await alives.reap();
      expect(await alives.standings([account])).toMatchObject([{ used: 20, reserved: 70 }]);
      world.clock.advance(16_000);
      await alive.leases.register();
      await alives.reap();
      expect(await alives.standings([account])).toMatchObject([{ used: 90, reserved: 0 }]);
      expect(await alives.holdings(account)).toEqual([]);
      deads.settle([{ ...account, workerId, estimate: 70, actual: 5 }]);
      await deads.fold();
      expect(await alives.standings([account])).toMatchObject([{ used: 25, reserved: 0 }]);
    });

    it('is free again where it was calls in flight, of which nothing is ever used up', async () => {
      const account = { owner: `tool ${newId()}`, unit: 'calls', window: slotWindow } as const;
      const slot = { ...account, warnAt: undefined, amount: 1, limit: 2 };
      const [dead, alive] = [await startProcess(world), await startProcess(world)];
      const [deads, alives] = [world.ledger(), world.ledger()];
      const workerId = dead.leases.workerId;
      await deads.reserve(workerId, [slot]);
      await deads.reserve(workerId, [slot]);
      expect(await alives.reserve(alive.leases.workerId, [slot])).toMatchObject({ outcome: 'refused' });
      world.clock.advance(16_000);
      await alive.leases.register();
      await alives.reap();
      expect(await alives.standings([account])).toMatchObject([{ used: 0, reserved: 0 }]);
      // It was not dead after all, and its calls end.
      deads.settle([{ ...account, workerId, estimate: 2, actual: 0 }]);
      await deads.fold();
      expect(await alives.standings([account])).toMatchObject([{ used: 0, reserved: 0 }]);
      expect(await alives.reserve(alive.leases.workerId, [{ ...slot, amount: 2 }])).toMatchObject({
        outcome: 'reserved',
      });
    });
  });
}
