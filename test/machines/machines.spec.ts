import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Injectable } from '@nestjs/common';
import { IsString } from 'class-validator';
import { From, Input, Step, StepContext, StepCtx, Tool, ToolService, Workflow } from 'nestjs-nestor';
import { firstValueFrom, toArray } from 'rxjs';
import { AuditRecord } from '../../lib/database/index.js';
import { onServer, openTestDatabase, type TestDatabase } from '../database/test-database.js';
import { type Machine, openMachine } from './machine.js';

/** What the steps of all machines of this file have done. */
const seen = { running: 0, most: 0, aborted: [] as number[] };

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
    await new Promise<void>((resolve) =>
      context.abortSignal.addEventListener('abort', () => {
        seen.aborted.push(Date.now());
        resolve();
      }),
    );
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
    await new Promise((resolve) => setTimeout(resolve, 30));
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

(onServer ? describe : describe.skip)('machines on one PostgreSQL server', () => {
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

  const timesOf = async (runId: string, type: string) => {
    const records = await database.dataSource.manager.findBy(AuditRecord, { runId });
    return records
      .filter((record) => record.type === type)
      .map(({ at, actorId }) => ({ at: at.getTime(), actorId }));
  };

  it('a run that a front end starts is taken up at once, by somebody else', async () => {
    const delays: number[] = [];
    for (let count = 0; count < 5; count++) {
      const result = await front.orchestrator.run(QuickWorkflow, 20);
      expect(result).toMatchObject({ status: 'completed', output: 42 });
      const [created] = await timesOf(result.runId, 'run.created');
      const [started] = await timesOf(result.runId, 'run.started');
      delays.push((started?.at ?? 0) - (created?.at ?? 0));
      expect(workers.map(({ leases }) => leases.workerId)).toContain(started?.actorId);
    }
    // By the sweep alone each would have waited for half a second.
    expect(delays.reduce((sum, delay) => sum + delay, 0)).toBeLessThan(2_000);
  }, 60_000);

  it('a front end makes its calls outside of runs itself, guarded and recorded', async () => {
    expect(await front.get(ToolService).call('weigh', { what: 'gold' })).toBe('4 kg');
    const { items } = await front.orchestrator.find({ workflow: 'ad-hoc' });
    expect(items).toMatchObject([{ status: 'completed', workerId: null }]);
    const started = await timesOf(items[0]?.id ?? '', 'run.started');
    expect(started.map(({ actorId }) => actorId)).toEqual([front.leases.workerId]);
  }, 60_000);

  it('the end of a run is known on the other machine at once, without quick polling', async () => {
    const handle = await front.orchestrator.start(WaitingWorkflow, null);
    expect(await handle.atRest()).toMatchObject({ status: 'waiting' });
    let known = 0;
    const ended = handle.result().then(() => (known = Date.now()));
    const events = firstValueFrom(handle.events().pipe(toArray()));
    // By now the watcher's looks are more than a second apart.
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    await front.orchestrator.handle(handle.id).signal('go');
    await ended;
    const [completed] = await timesOf(handle.id, 'run.completed');
    expect(known - (completed?.at ?? 0)).toBeLessThan(900);
    expect((await events).map(({ type }) => type)).toEqual(
      expect.arrayContaining(['run.created', 'run.waiting', 'signal.received', 'run.completed']),
    );
  }, 60_000);

  it('a cancellation reaches the machine that holds the run at once', async () => {
    for (const teller of [front, ...workers]) {
      const handle = await teller.orchestrator.start(LongWorkflow, null);
      while ((await handle.status()) !== 'running') await new Promise((resolve) => setTimeout(resolve, 10));
      seen.aborted = [];
      const told = Date.now();
      await teller.orchestrator.handle(handle.id).cancel('enough');
      expect(await handle.result()).toMatchObject({ status: 'cancelled' });
      expect(seen.aborted).toHaveLength(1);
      // With the next heartbeat it would be up to 3 s.
      expect((seen.aborted[0] ?? 0) - told).toBeLessThan(2_500);
    }
  }, 60_000);

  it('a limited workflow has no more runs at once than that on all machines together, and no gaps', async () => {
    const began = Date.now();
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
    // 15 times 30 ms would be perfect; by the sweep alone it would take 15 s.
    expect(Date.now() - began).toBeLessThan(6_000);
  }, 60_000);
});
