import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ActiveSwitch } from '../../lib/limits/index.js';
import { completed, holdRun, startProcess, type World } from './world.js';

/** What the kill switch, and runs that wait for limits, must do wherever they are kept. */
export function describeLimits(where: string, openWorld: () => Promise<World>): void {
  describe(`${where}: limits that hold for many runs`, () => {
    let world: World;
    beforeAll(async () => {
      world = await openWorld();
    }, 60_000);
    afterAll(() => world.close());

    const target = { kind: 'tool', name: 'send' } as const;
    const set: ActiveSwitch = {
      target,
      mode: 'stop',
      reason: 'x',
      by: 'ana',
      at: '2026-01-01T00:00:00.000Z',
    };
    const change = { target, mode: 'stop', reason: 'x', by: 'ana', at: set.at } as const;

    it('lose no change of the kill switch that others make at the same time', async () => {
      const [one, other] = [world.switches(), world.switches()];
      const { generation } = await one.read();
      const before = await one.changes({ limit: 500 });
      await Promise.all(
        Array.from({ length: 10 }, (_, index) =>
          (index % 2 ? one : other).change((switches) => [...switches, set], change),
        ),
      );
      const after = await other.read();
      expect(after.generation).toBe(generation + 10);
      expect(after.switches).toHaveLength(10);
      expect(await one.changes({ limit: 500 })).toHaveLength(before.length + 10);
    });

    it('refuse what depends on a kill switch that has been changed since', async () => {
      const process = await startProcess(world);
      const switches = world.switches();
      const { id: runId, leaseEpoch: epoch } = await holdRun(process);
      const { generation } = await switches.read();
      const append = (step: string, ifSwitches: number) =>
        process.journal.append({ runId, epoch, records: [completed(step)], effects: { ifSwitches } });
      expect(await append('a', generation)).toBe('ok');
      await switches.change((all) => all, change);
      expect(await append('b', generation)).toBe('switched');
      expect(await append('c', generation + 1)).toBe('ok');
      const records = await process.journal.read(runId);
      expect(records.map(({ step }) => step)).toEqual([undefined, 'a', 'c']);
    });

    it('wake the runs that wait for one which has changed, once, and no others', async () => {
      const process = await startProcess(world);
      const switches = world.switches();
      const { generation } = await switches.read();
      const waiting = async (waitsFor: Record<string, number>) => {
        const { id: runId, leaseEpoch: epoch } = await holdRun(process);
        const release = { wakeAt: null, waitsFor };
        await process.journal.append({
          runId,
          epoch,
          records: [completed('x')],
          effects: { status: 'paused', release },
        });
        return runId;
      };
      const due = async () => {
        await process.leases.wakeLimited(false);
        return process.leases.due(500, ['definition-1']);
      };
      const stopped = await waiting({ 'kill switch': generation });
      const other = await waiting({ 'budget of tenant x': 3 });
      expect(await due()).toEqual([]);
      await switches.change((all) => all, change);
      expect(await due()).toEqual([stopped]);
      const claimed = await process.leases.claim(stopped);
      expect(claimed).toMatchObject({ id: stopped });
      await process.journal.open(stopped);
      const again = { wakeAt: null, waitsFor: { 'kill switch': generation + 1 } };
      await process.journal.append({
        runId: stopped,
        epoch: claimed?.leaseEpoch ?? 0,
        records: [completed('y')],
        effects: { status: 'paused', release: again },
      });
      expect(await due()).toEqual([]);
      expect((await process.journal.find(other))?.wakeAt).toBeNull();
    });

    it('wake also the runs whose limit has changed long ago, where all are looked for', async () => {
      const process = await startProcess(world);
      const switches = world.switches();
      const { generation } = await switches.read();
      await switches.change((all) => all, change);
      world.clock.advance(60_000);
      await process.leases.register();
      const { id: runId, leaseEpoch: epoch } = await holdRun(process);
      const release = { wakeAt: null, waitsFor: { 'kill switch': generation } };
      await process.journal.append({
        runId,
        epoch,
        records: [completed('x')],
        effects: { status: 'paused', release },
      });
      await process.leases.wakeLimited(true);
      expect(await process.leases.due(500, ['definition-1'])).toContain(runId);
    });
  });
}
