import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { Injectable } from '@nestjs/common';
import { IsString } from 'class-validator';
import { From, Input, Step, StepContext, StepCtx, Tool, ToolService, Workflow } from 'nestjs-nestor';
import { firstValueFrom, toArray } from 'rxjs';
import { AuditRecord } from '../../lib/database/index.js';
import { Journal } from '../../lib/journal/index.js';
import { describeOnServer, openTestDatabase, type TestDatabase } from '../database/test-database.js';
import { Latch } from '../e2e/latch.js';
import { until } from '../e2e/until.js';
import { type Machine, openMachine } from './machine.js';

/** What the steps of all machines of this file have done. */
const seen = { running: 0, most: 0, held: '', aborted: 0 };

/** Opens when as many limited runs are at work as there may be. */
let full = new Latch();

@Workflow()
class QuickWorkflow {
  @Step() first(@Input() value: number) {
    return value + 1;
  }
  @Step() second(@From('first') value: number) {
    return value * 2;
  }
}

@Workflow()
class LongWorkflow {
  @Step()
  async hold(@StepCtx() context: StepContext) {
    await new Promise<void>((resolve) => {
      context.abortSignal.addEventListener('abort', () => {
        seen.aborted += 1;
        resolve();
      });
      seen.held = context.runId;
    });
  }
}

@Workflow()
class WaitingWorkflow {
  @Step({ waitFor: 'go' }) done() {
    return 'gone';
  }
}

@Workflow({ concurrency: 2 })
class NarrowWorkflow {
  @Step()
  async work(@StepCtx() context: StepContext) {
    seen.most = Math.max(seen.most, ++seen.running);
    if (seen.running === 2) full.open();
    await full.opened;
    seen.running--;
    return context.runId;
  }
}

class Thing {
  @IsString() what!: string;
}

@Injectable()
class Scales {
  @Tool({ description: 'Weighs something', effect: 'none' })
  async weigh({ what }: Thing) {
    return `${what.length} kg`;
  }
}

const workflows = [Scales, QuickWorkflow, LongWorkflow, WaitingWorkflow, NarrowWorkflow];

describeOnServer('machines on one PostgreSQL server', () => {
  let database: TestDatabase;
  let front: Machine;
  let workers: Machine[];

  beforeAll(async () => {
    database = await openTestDatabase();
    workers = [
      await openMachine(database.options, workflows, { role: 'work' }),
      await openMachine(database.options, workflows),
    ];
    front = await openMachine(database.options, workflows, { role: 'start' });
  }, 60_000);

  afterAll(async () => {
    for (const machine of [front, ...workers]) await machine.close();
    await database.close();
  }, 60_000);

  const actorsOf = async (runId: string, type: AuditRecord['type']) => {
    const records = await database.dataSource.manager.findBy(AuditRecord, { runId, type });
    return records.map(({ actorId }) => actorId);
  };

  it('a front end makes its calls outside of runs itself, guarded and recorded', async () => {
    expect(await front.get(ToolService).call('weigh', { what: 'gold' })).toBe('4 kg');
    const { items } = await front.orchestrator.find({ workflow: 'ad-hoc' });
    expect(items).toMatchObject([{ status: 'completed', workerId: null }]);
    const starters = await actorsOf(items[0]?.id ?? '', 'run.started');
    expect(starters).toEqual([front.leases.workerId]);
  }, 60_000);

  it('the end of a run is known on the other machine at once, without quick polling', async () => {
    const handle = await front.orchestrator.start(WaitingWorkflow, null);
    expect(await handle.idle()).toMatchObject({ status: 'waiting' });
    const events = firstValueFrom(handle.events().pipe(toArray()));
    // A poll finds nothing before the notification is here.
    const told = new Latch();
    const stopWatching = front.peers.watch(handle.id, () => told.open());
    const journal = front.get(Journal);
    const find = journal.find.bind(journal);
    const looks = jest.spyOn(journal, 'find').mockImplementation(async (runId) => {
      await told.opened;
      return find(runId);
    });
    const ended = handle.result();
    await workers[0]?.orchestrator.handle(handle.id).signal('go');
    expect(await ended).toMatchObject({ status: 'completed', output: 'gone' });
    looks.mockRestore();
    stopWatching();
    expect((await events).map(({ type }) => type)).toEqual(
      expect.arrayContaining(['run.created', 'run.waiting', 'signal.received', 'run.completed']),
    );
  }, 60_000);

  it('a limited workflow has no more runs at once than that on all machines together, and no gaps', async () => {
    const handles = (
      await Promise.all(
        [front, ...workers].map(({ orchestrator }) =>
          orchestrator.startMany(NarrowWorkflow, Array(10).fill(null)),
        ),
      )
    ).flat();
    const results = await Promise.all(handles.map((handle) => handle.result()));
    expect(results.filter(({ status }) => status === 'completed')).toHaveLength(30);
    expect(seen.most).toBe(2);
  }, 60_000);

  it('a run that a front end starts is taken up at once, by somebody else', async () => {
    // What is not told at once is not found at all, from here on.
    for (const worker of workers) worker.stop('sweep');
    for (let count = 0; count < 5; count++) {
      const result = await front.orchestrator.run(QuickWorkflow, 20);
      expect(result).toMatchObject({ status: 'completed', output: 42 });
      const [starter] = await actorsOf(result.runId, 'run.started');
      expect(workers.map(({ leases }) => leases.workerId)).toContain(starter);
    }
  }, 60_000);

  it('a cancellation reaches the machine that holds the run at once', async () => {
    // The last test of all: without heartbeats they are declared dead after a while.
    for (const worker of workers) worker.stop('heartbeat');
    for (const teller of [front, ...workers]) {
      const handle = await teller.orchestrator.start(LongWorkflow, null);
      // Not before its step has begun: else there is nothing to abort.
      await until('it runs', () => seen.held === handle.id);
      seen.aborted = 0;
      await teller.orchestrator.handle(handle.id).cancel('enough');
      expect(await handle.result()).toMatchObject({ status: 'cancelled' });
      expect(seen.aborted).toBe(1);
    }
  }, 60_000);
});
