import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '../../lib/values/index.js';
import { completed, holdRun, newRun, signal, startProcess, type World } from './world.js';

/** What all leases must do, wherever they are kept. */
export function describeLeases(where: string, openWorld: () => Promise<World>): void {
  describe(`${where}: leases`, () => {
    let world: World;
    beforeAll(async () => {
      world = await openWorld();
    }, 60_000);
    afterAll(() => world.close());

    it('give one of 20 simultaneous claimers the run', async () => {
      const processes = await Promise.all(Array.from({ length: 20 }, () => startProcess(world)));
      const run = newRun();
      await processes[0]?.journal.create([run]);
      const claims = await Promise.all(processes.map(({ leases }) => leases.claim(run.id)));
      const won = claims.filter((claim) => claim !== undefined);
      expect(won).toHaveLength(1);
      expect(won[0]).toMatchObject({ status: 'running', leaseEpoch: 1, recoveryCount: 0 });
      expect(processes.map(({ leases }) => leases.workerId)).toContain(won[0]?.workerId);
    });

    it('do not count it against a run that its worker was declared dead and lived', async () => {
      const [cut, other] = [await startProcess(world), await startProcess(world)];
      const [taken, left] = [await holdRun(cut), await holdRun(cut)];
      const former = cut.leases.workerId;
      world.clock.advance(16_000);
      await other.leases.heartbeat();
      expect(await other.leases.claim(taken.id)).toMatchObject({ recoveryCount: 1 });
      await cut.leases.register();
      await cut.leases.revertRecoveryCount(former, [taken.id, left.id]);
      const [ofOther, ofNobody] = [await other.journal.find(taken.id), await other.journal.find(left.id)];
      expect(ofOther).toMatchObject({ recoveryCount: 0, workerId: other.leases.workerId });
      expect(ofNobody).toMatchObject({ recoveryCount: 0, workerId: null });
      expect(await other.leases.due(500, ['definition-1'])).toContain(left.id);
    });

    it('list the workers with what they hold, and tell which are alive', async () => {
      const [silent, alive] = [await startProcess(world), await startProcess(world)];
      const [first, second] = [await holdRun(silent), await holdRun(silent)];
      const third = await holdRun(alive);
      world.clock.advance(16_000);
      await alive.leases.register();
      const fourth = await holdRun(alive);
      await alive.leases.heartbeat({ runs: 1 });
      const workers = await alive.leases.workers();
      expect(workers.find(({ id }) => id === silent.leases.workerId)).toMatchObject({
        processId: process.pid,
        alive: false,
        runs: [first.id, second.id],
        inFlight: null,
      });
      expect(workers.find(({ id }) => id === alive.leases.workerId)).toMatchObject({
        alive: true,
        runs: [fourth.id],
        inFlight: { runs: 1 },
      });
      expect(workers.flatMap(({ runs }) => runs)).not.toContain(third.id);
      const ages = workers.map(({ startedAt }) => startedAt.getTime());
      expect(ages).toEqual(ages.toSorted((a, b) => a - b));
    });

    it('let a run be taken from a worker that was silent for 15 s, and count that until progress', async () => {
      const [dead, alive] = [await startProcess(world), await startProcess(world)];
      const { id } = await holdRun(dead);
      world.clock.advance(10_000);
      expect((await alive.leases.heartbeat()).outcome).toBe('ok');
      expect(await alive.leases.claim(id)).toBeUndefined();
      world.clock.advance(6_000);
      expect(await alive.leases.due(500, ['definition-1'])).toContain(id);
      const claimed = await alive.leases.claim(id);
      expect(claimed).toMatchObject({ leaseEpoch: 2, recoveryCount: 1, workerId: alive.leases.workerId });
      expect((await dead.leases.heartbeat()).outcome).toBe('lost');
      await alive.journal.open(id);
      await alive.journal.append({ runId: id, epoch: 2, records: [completed('x')] });
      expect((await alive.journal.find(id))?.recoveryCount).toBe(0);
    });

    it('keep a run that was taken over three times without progress for those who ask for a poison candidate', async () => {
      const { leases, journal } = await startProcess(world);
      const definitionHash = newId();
      const [first, second, innocent] = Array.from({ length: 3 }, () =>
        newRun({ created: { definitionHash } }),
      );
      if (!first || !second || !innocent) throw new Error('three runs');
      await journal.create([first, second, innocent]);
      const candidates = [first.id, second.id];
      for (let death = 0; death < 3; death++) {
        const dying = await startProcess(world);
        for (const id of candidates) expect(await dying.leases.claim(id)).toBeDefined();
        world.clock.advance(16_000);
        await leases.register();
      }
      // The last of them has not been taken over from yet: they are taken as any others.
      for (const id of candidates) expect(await leases.claim(id)).toMatchObject({ recoveryCount: 3 });
      world.clock.advance(16_000);
      const next = await startProcess(world);
      expect(await next.leases.due(10, [definitionHash])).toEqual([innocent.id]);
      expect(await next.leases.due(10, [definitionHash], { ticket: 10 })).toEqual([innocent.id]);
      expect(candidates).toContain(await next.leases.poisonCandidate([definitionHash]));
      expect(await next.leases.poisonCandidate([newId()])).toBeUndefined();
      const claims = await Promise.all(
        [first, second, innocent].map(({ id }) =>
          next.leases.claim(id, { poisonCandidate: id === second.id }),
        ),
      );
      expect(claims.map((row) => row?.recoveryCount)).toEqual([undefined, 4, 0]);
      expect(await next.leases.claim(first.id)).toBeUndefined();
      expect(await next.leases.poisonCandidate([definitionHash])).toBe(first.id);
      // Progress makes it a run like others.
      await next.journal.open(second.id);
      await next.journal.append({
        runId: second.id,
        epoch: claims[1]?.leaseEpoch ?? 0,
        records: [completed('x')],
      });
      await next.leases.release(second.id, claims[1]?.leaseEpoch ?? 0);
      expect(await next.leases.due(10, [definitionHash])).toEqual([second.id]);
    });

    it('make a lost worker a new one when it registers again', async () => {
      const { leases } = await startProcess(world);
      const former = leases.workerId;
      world.clock.advance(16_000);
      expect((await leases.heartbeat()).outcome).toBe('lost');
      await leases.register();
      expect(leases.workerId).not.toBe(former);
      expect((await leases.heartbeat()).outcome).toBe('ok');
    });

    it('give a run back only for its own epoch; it is then due and not counted as recovered', async () => {
      const process = await startProcess(world);
      const { id, leaseEpoch } = await holdRun(process);
      const { leases } = process;
      await leases.release(id, leaseEpoch - 1);
      expect(await leases.due(500, ['definition-1'])).not.toContain(id);
      await leases.release(id, leaseEpoch);
      expect(await leases.due(500, ['definition-1'])).toContain(id);
      expect(await leases.claim(id)).toMatchObject({ leaseEpoch: leaseEpoch + 1, recoveryCount: 0 });
    });

    it('count a run that is given back for a reason of its own like one whose worker died', async () => {
      const process = await startProcess(world);
      const { id, leaseEpoch } = await holdRun(process);
      await process.leases.release(id, leaseEpoch, true);
      expect(await process.leases.claim(id)).toMatchObject({ leaseEpoch: leaseEpoch + 1, recoveryCount: 1 });
    });

    it('free everything of a worker that leaves', async () => {
      const process = await startProcess(world);
      const { id } = await holdRun(process);
      await process.leases.unregister();
      const other = await startProcess(world);
      expect(await other.leases.due(500, ['definition-1'])).toContain(id);
      expect(await other.leases.claim(id)).toMatchObject({ recoveryCount: 0 });
      expect((await process.leases.heartbeat()).outcome).toBe('lost');
    });

    it('find what is due: by time, priority, definition and number', async () => {
      const { journal, leases } = await startProcess(world);
      const definitionHash = newId();
      const [low, high] = [
        newRun({ created: { definitionHash } }),
        newRun({ created: { definitionHash, priority: 5 } }),
      ];
      await journal.create([low, high]);
      expect(await leases.due(10, [definitionHash])).toEqual([high.id, low.id]);
      expect(await leases.due(1, [definitionHash])).toEqual([high.id]);
      expect(await leases.due(10, [newId()])).toEqual([]);
      expect(await leases.due(10, [])).toEqual([]);
    });

    it('leave runs of a format that this release does not know to others, and say that there are some', async () => {
      const { journal, leases } = await startProcess(world);
      const definitionHash = newId();
      const [known, unknown] = [
        newRun({ created: { definitionHash } }),
        newRun({ created: { definitionHash } }),
      ];
      await journal.create([known, unknown]);
      expect(await leases.unknownFormat([definitionHash])).toBeUndefined();
      await world.setFormat(unknown.id, 2);
      expect(await leases.due(10, [definitionHash])).toEqual([known.id]);
      expect(await leases.unknownFormat([definitionHash])).toBe(2);
      const claims = await Promise.all([unknown.id, known.id].map((id) => leases.claim(id)));
      expect(claims.map((row) => row?.id)).toEqual([undefined, known.id]);
      expect(await leases.claim(unknown.id, { poisonCandidate: true })).toBeUndefined();
      expect(await leases.claim(unknown.id, { finished: true })).toBeUndefined();
    });

    it('wake a run at its time, and at once when a message comes', async () => {
      const process = await startProcess(world);
      const { journal, leases } = process;
      const definitionHash = newId();
      const wakeAt = new Date(world.clock.now() + 60_000).toISOString();
      const effects = { status: 'waiting', release: { wakeAt } } as const;
      const wait = async () => {
        const row = await holdRun(process, newRun({ created: { definitionHash } }));
        await journal.append({ runId: row.id, epoch: row.leaseEpoch, records: [], effects });
        return row.id;
      };
      const [timer, message] = [await wait(), await wait()];
      expect(await leases.due(10, [definitionHash])).toEqual([]);
      expect(Date.parse((await leases.nextWake()) ?? '')).toBeLessThanOrEqual(Date.parse(wakeAt));
      await journal.post(message, signal('go'));
      expect(await leases.due(10, [definitionHash])).toEqual([message]);
      world.clock.advance(61_000);
      expect((await leases.due(10, [definitionHash])).toSorted()).toEqual([timer, message].toSorted());
    });

    describe('of a workflow with a limit', () => {
      const limitedRun = (workflow: string, priority = 0) =>
        newRun({ created: { workflow, definitionHash: workflow, priority } });
      const setUp = async (runs: number) => {
        const workflow = newId();
        const processes = await Promise.all([1, 2, 3].map(() => startProcess(world)));
        const [first] = processes;
        if (!first) throw new Error('there are three');
        const created = Array.from({ length: runs }, (_, index) => limitedRun(workflow, index));
        await first.journal.create(created);
        return { workflow, processes, first, ids: created.map(({ id }) => id), limits: { [workflow]: 3 } };
      };

      it('let no more runs be held than that, however many claim at once', async () => {
        const { processes, ids, limits } = await setUp(12);
        const claims = await Promise.all(
          ids.flatMap((id) => processes.map(({ leases }) => leases.claim(id, { limits }))),
        );
        expect(claims.filter((claim) => claim !== undefined)).toHaveLength(3);
      });

      it('fill a place again as soon as one is free', async () => {
        const { first, ids, limits } = await setUp(5);
        const { leases } = first;
        const claims = await Promise.all(ids.slice(0, 3).map((id) => leases.claim(id, { limits })));
        expect(claims.every((claim) => claim !== undefined)).toBe(true);
        expect(await leases.claim(ids[3] ?? '', { limits })).toBeUndefined();
        await leases.release(ids[0] ?? '', 1);
        expect(await leases.claim(ids[3] ?? '', { limits })).toMatchObject({ id: ids[3], leaseEpoch: 1 });
        expect(await leases.claim(ids[4] ?? '', { limits })).toBeUndefined();
      });

      it('offer no more due runs than there are places, the urgent ones, and do not let them bar the way', async () => {
        const { workflow, first, ids, limits } = await setUp(9);
        const { journal, leases } = first;
        const other = limitedRun(newId(), -1);
        await journal.create([other]);
        const definitions = [workflow, other.created.definitionHash];
        const [high, ...lower] = ids.toReversed();
        expect(await leases.due(5, definitions, limits)).toEqual([high, lower[0], lower[1], other.id]);
        expect(await leases.due(2, definitions, limits)).toEqual([high, lower[0]]);
        await leases.claim(high ?? '', { limits });
        expect(await leases.due(5, definitions, limits)).toEqual([lower[0], lower[1], other.id]);
      });

      it('do not count what a dead worker held', async () => {
        const { processes, ids, limits } = await setUp(4);
        const [dead, alive] = processes;
        for (const id of ids.slice(0, 3)) await dead?.leases.claim(id, { limits });
        expect(await alive?.leases.claim(ids[3] ?? '', { limits })).toBeUndefined();
        world.clock.advance(10_000);
        await alive?.leases.heartbeat();
        world.clock.advance(6_000);
        const claims = await Promise.all(ids.map((id) => alive?.leases.claim(id, { limits })));
        expect(claims.filter((claim) => claim !== undefined)).toHaveLength(3);
      });
    });

    it('tell the time of the database', async () => {
      const { leases } = await startProcess(world);
      world.clock.advance(3_600_000);
      const { databaseNow } = await leases.heartbeat();
      expect(Math.abs(Date.parse(databaseNow) - world.clock.now())).toBeLessThan(5_000);
    });
  });
}
