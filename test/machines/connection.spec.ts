import { setImmediate } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { Input, type RunHandle, Step, StepContext, StepCtx, Workflow } from 'nestjs-nestor';
import { type DataSourceOptions, In } from 'typeorm';
import { Run, WorkerRow } from '../../lib/database/index.js';
import { Engine } from '../../lib/engine/index.js';
import { DedicatedConnection } from '../../lib/leases/index.js';
import { describeOnServer, openTestDatabase, type TestDatabase } from '../database/test-database.js';
import { found, until } from '../e2e/until.js';
import { type Machine, openMachine } from './machine.js';
import { Pooler } from './pooler.js';

/** Milliseconds after which what never comes is given up. */
const patience = 20_000;

const started: string[] = [];
let finish: () => void = () => undefined;

@Workflow()
class HeldWorkflow {
  @Step()
  async hold(@Input() name: string, @StepCtx() context: StepContext) {
    started.push(context.runId);
    await new Promise<void>((resolve) => (finish = resolve));
    return name;
  }
}

describeOnServer('the dedicated connection of a worker', () => {
  let database: TestDatabase;
  let machine: Machine;
  let other: Machine;

  beforeAll(async () => {
    database = await openTestDatabase();
    machine = await openMachine(database.options, [HeldWorkflow]);
    other = await openMachine(database.options, []);
  }, 60_000);

  afterAll(async () => {
    finish();
    await other.close();
    await machine.close();
    await database.close();
  }, 60_000);

  const row = (which: Machine) =>
    database.dataSource.manager.findOneByOrFail(WorkerRow, { id: which.leases.workerId });
  const holderOf = async ({ lockKey }: WorkerRow): Promise<number | undefined> => {
    const rows: { pid: number }[] = await database.dataSource.query(
      `SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND objid = $1 AND granted
         AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
      [lockKey],
    );
    return rows[0]?.pid;
  };
  /** What holds once that machine has opened a new connection in place of the one that it had then. */
  const reopened = async (which: Machine, { lockKey: before }: WorkerRow) => {
    const now = await row(which);
    return now.lockKey !== null && now.lockKey !== before && now;
  };
  const untilStarted = ({ id }: RunHandle) => until('its step is under way', () => started.includes(id));

  it('leaves no timer behind that would keep a process from its end', async () => {
    const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
    const connection = new DedicatedConnection(database.dataSource);
    // Connections go back to the pool when a turn or two have passed without a statement; the pool times them then.
    for (let turn = 0; turn < 5; turn++) await setImmediate();
    const before = timers();
    await connection.open();
    expect(timers()).toBe(before);
    await connection.close();
  });

  it('holds the lock that the worker row names', async () => {
    for (const which of [machine, other])
      expect(await holderOf(await row(which))).toEqual(expect.any(Number));
  });

  it('comes back when it is broken, again and again, and the worker keeps its runs', async () => {
    const warn = jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
    const handle = await machine.orchestrator.start(HeldWorkflow, 'kept');
    await untilStarted(handle);
    const { workerId } = machine.leases;
    for (let round = 0; round < 3; round++) {
      const before = await row(machine);
      const pid = await holderOf(before);
      // Somebody else looks for the dead at this very moment.
      await Promise.all([
        database.dataSource.query('SELECT pg_terminate_backend($1)', [pid]),
        other.leases.reapDead(),
      ]);
      await other.leases.reapDead();
      const after = await found('a new connection', () => reopened(machine, before), patience);
      expect(await holderOf(after)).toEqual(expect.any(Number));
    }
    expect(machine.leases.workerId).toBe(workerId);
    expect(await machine.leases.heartbeat()).toMatchObject({ outcome: 'ok' });
    // News arrives by the new connection, too.
    await until('the new connection listens', () => machine.peers.isListening, patience);
    await other.orchestrator.handle(handle.id).pause();
    finish();
    const isAtRest = async () => ['paused', 'completed'].includes(await handle.status());
    await until('the run is paused or completed', isAtRest);
    expect(started.filter((runId) => runId === handle.id)).toHaveLength(1);
    warn.mockRestore();
  }, 60_000);

  it('breaks for everybody at once, and nobody takes the others for dead', async () => {
    const silenced = (['warn', 'error', 'log'] as const).map((level) =>
      jest.spyOn(Logger.prototype, level).mockImplementation(() => undefined),
    );
    const second = await openMachine(database.options, [HeldWorkflow]);
    const handles: RunHandle[] = [];
    const finishes: (() => void)[] = [];
    for (const which of [machine, second]) {
      const handle = await which.orchestrator.start(HeldWorkflow, 'kept');
      await untilStarted(handle);
      handles.push(handle);
      finishes.push(finish);
    }
    const both = [machine, second];
    for (let round = 0; round < 3; round++) {
      const before = await Promise.all(both.map(row));
      await database.dataSource.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE datname = current_database() AND pid <> pg_backend_pid()`,
      );
      // Everybody looks for the dead all the while.
      const hunt = async ({ leases }: Machine) => leases.reapDead().catch(() => undefined);
      await until(
        'all connections are back',
        async () => {
          await Promise.all(both.map(hunt));
          // Broken connections may still be in the pool.
          const look = (which: Machine, index: number) => reopened(which, before[index]!).catch(() => false);
          const now = await Promise.all(both.map(look));
          return !now.includes(false);
        },
        patience,
      );
    }
    for (const end of finishes) end();
    for (const handle of handles) expect(await handle.result()).toMatchObject({ status: 'completed' });
    const rows = await database.dataSource.manager.findBy(Run, { id: In(handles.map(({ id }) => id)) });
    expect(rows.map(({ leaseEpoch, recoveryCount }) => [leaseEpoch, recoveryCount])).toEqual([
      [1, 0],
      [1, 0],
    ]);
    await second.close();
    for (const spy of silenced) spy.mockRestore();
  }, 60_000);

  it('shows on the worker row what the worker is doing', async () => {
    const handle = await machine.orchestrator.start(HeldWorkflow, 'shown');
    await untilStarted(handle);
    await machine.get(Engine).worker.heartbeat();
    expect((await row(machine)).inFlight).toMatchObject({
      runs: 1,
      steps: [{ run: handle.id, workflow: 'held', step: 'hold', attempt: 1 }],
    });
    finish();
    await handle.result();
    await machine.get(Engine).worker.heartbeat();
    expect((await row(machine)).inFlight).toEqual({ runs: 0, steps: [] });
  }, 60_000);

  it('is left out, with one line in the log, where a pooler is between', async () => {
    const log = jest.spyOn(Logger.prototype, 'log').mockImplementation(() => undefined);
    const pooler = await Pooler.open(database.url ?? '');
    const behind = await openMachine({ ...database.options, url: pooler.url } as DataSourceOptions, [
      HeldWorkflow,
    ]);
    try {
      const told = log.mock.calls.filter(([line]) => String(line).includes('No dedicated connection'));
      expect(told).toEqual([[expect.stringContaining('pooler')]]);
      expect((await row(behind)).lockKey).toBeNull();
      expect(behind.peers.isListening).toBe(false);
      const handle = await behind.orchestrator.start(HeldWorkflow, 'pooled');
      await untilStarted(handle);
      // Its lock is not a sign of life, so its missing is none of death.
      await other.leases.reapDead();
      expect(await behind.leases.heartbeat()).toMatchObject({ outcome: 'ok' });
      finish();
      expect(await handle.result()).toMatchObject({ status: 'completed', output: 'pooled' });
    } finally {
      await behind.close();
      await pooler.close();
      log.mockRestore();
    }
  }, 60_000);

  it('can be switched off', async () => {
    const without = await openMachine(database.options, [], { dedicatedConnection: false });
    expect((await row(without)).lockKey).toBeNull();
    expect(without.peers.isListening).toBe(false);
    await without.close();
  }, 60_000);

  it('ends with the machine, and leaves neither lock nor row', async () => {
    const leaving = await openMachine(database.options, []);
    const last = await row(leaving);
    await leaving.close();
    expect(await database.dataSource.manager.findOneBy(WorkerRow, { id: last.id })).toBeNull();
    await until('the lock is free', async () => (await holderOf(last)) === undefined);
  }, 60_000);
});
