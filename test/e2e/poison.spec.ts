import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { delegate, From, HumanReview, Step, Workflow } from 'nestjs-nestor';
import { Engine } from '../../lib/engine/index.js';
import { Journal } from '../../lib/journal/index.js';
import { type Host, openHost, stores } from './host.js';
import { Latch } from './latch.js';
import { until } from './until.js';

const done: string[] = [];
let door = new Latch();

@Workflow()
class MillWorkflow {
  @Step() async grind() {
    done.push('grind');
    await door.opened;
    return 'flour';
  }
  @Step() bake(@From('grind') flour: string) {
    done.push('bake');
    return `bread of ${flour}`;
  }
}

@Workflow()
class BakeryWorkflow {
  @Step({ delegate: MillWorkflow, retry: { attempts: 1 } }) mill() {
    return delegate(MillWorkflow, null);
  }
}

@Workflow()
class TastingWorkflow {
  @Step() @HumanReview({ at: 'before' }) taste() {
    done.push('taste');
    return 'good';
  }
}

describe.each(stores)('a run that takes workers with it (%s)', (store) => {
  let host: Host;
  beforeEach(async () => {
    done.length = 0;
    door = new Latch();
    door.open();
    for (const level of ['warn', 'error'] as const)
      jest.spyOn(Logger.prototype, level).mockImplementation(() => undefined);
    host = await openHost(store, [MillWorkflow, BakeryWorkflow, TastingWorkflow]);
  }, 60_000);
  afterEach(async () => {
    await host.close();
    jest.restoreAllMocks();
  });

  /** The process dies, and the next one takes over, to die in its turn when the run is about to write. */
  const dieAgain = async (times: number) => {
    for (let count = 0; count < times; count++) {
      const crashed = host.t.crashAt('append');
      await host.t.recover();
      await crashed;
    }
  };
  const startAndDie = async () => {
    const crashed = host.t.crashAt('append');
    const handle = await host.t.start(MillWorkflow, null);
    await crashed;
    return handle;
  };

  it('fails after ten take-overs without progress, says so, and can be tried again', async () => {
    const handle = await startAndDie();
    await dieAgain(10);
    await host.t.recover();
    const result = await handle.result();
    const message = expect.stringContaining('has crashed 11 workers without making progress');
    expect(result).toMatchObject({ status: 'failed', error: { code: 'RUN_FAILED', message } });
    expect(done).toEqual(Array(11).fill('grind'));
    await handle.retry();
    expect(await host.t.result(handle.id)).toMatchObject({ status: 'completed', output: 'bread of flour' });
  }, 60_000);

  it('goes on however often that happens, as long as it gets further in between', async () => {
    const handle = await startAndDie();
    await dieAgain(7);
    // This time the first step comes to its end, and the second one takes the process with it.
    const crashed = host.t.crashAt('append', { after: 1 });
    await host.t.recover();
    await crashed;
    await dieAgain(7);
    await host.t.recover();
    expect(await handle.result()).toMatchObject({ status: 'completed', output: 'bread of flour' });
    expect(done.filter((step) => step === 'grind')).toHaveLength(9);
    expect(await host.t.history(handle.id)).not.toContain('run.failed');
  }, 60_000);

  it('goes on where it has come to wait for a person in between', async () => {
    const crashed = host.t.crashAt('append');
    const handle = await host.t.start(TastingWorkflow, null);
    await crashed;
    await dieAgain(7);
    await host.t.recover();
    expect(await host.t.result(handle.id)).toMatchObject({ status: 'waiting' });
    const crashedAgain = host.t.crashAt('append');
    const approved = host.t.approve(handle.id, { by: { id: 'lead', roles: [] } });
    await crashedAgain;
    await dieAgain(7);
    await host.t.recover();
    expect(await approved).toMatchObject({ status: 'completed', output: 'good' });
  }, 60_000);

  it('takes no others with it that are held beside it and never get the time to end a step', async () => {
    door = new Latch();
    const handles = await Promise.all(
      Array.from({ length: 6 }, () => host.t.orchestrator.start(MillWorkflow, null)),
    );
    await until('all have begun', () => done.length === 6);
    // All die three times together, and one at a time from then on.
    for (let count = 0; count < 11; count++) await host.t.recover();
    expect(done.length).toBeLessThanOrEqual(6 * 4 + 8);
    door.open();
    for (const handle of handles)
      expect(await handle.result()).toMatchObject({ status: 'completed', output: 'bread of flour' });
  }, 60_000);

  it('fails also where living workers give it back again and again, and only it', async () => {
    const { worker } = host.t.module.get(Engine, { strict: false });
    const journal = host.t.module.get(Journal, { strict: false });
    const append = journal.append.bind(journal);
    door = new Latch();
    const [sick, well] = [await host.t.start(MillWorkflow, null), await host.t.start(MillWorkflow, null)];
    let tries = 0;
    jest.spyOn(journal, 'append').mockImplementation(async (one) => {
      if (one.runId !== sick.id || !one.records.some(({ type }) => type === 'step.completed'))
        return append(one);
      tries += 1;
      throw new TypeError('a fault that comes back with the run');
    });
    door.open();
    expect(await well.result()).toMatchObject({ status: 'completed' });
    // The workers live on: the next heartbeat gives back what could not continue, and one of them takes it up.
    for (let round = 1; round <= 11; round++) {
      await until('it was tried and let go of', () => tries === round && worker.active === 0);
      expect(await sick.status()).toBe('running');
      await worker.heartbeat();
      await worker.sweep();
    }
    const message = expect.stringContaining('has crashed 11 workers without making progress');
    expect(await sick.result()).toMatchObject({ status: 'failed', error: { code: 'RUN_FAILED', message } });
    expect(tries).toBe(11);
    expect(done.filter((step) => step === 'grind')).toHaveLength(12);
    expect((await host.t.audit.verify(sick.id)).ok).toBe(true);
  }, 60_000);

  it('tells the run that waits for it', async () => {
    door = new Latch();
    const parent = await host.t.start(BakeryWorkflow, null);
    await until('the child has begun', () => done.length === 1);
    await until('the parent waits', async () => (await parent.status()) === 'waiting');
    const crashed = host.t.crashAt('append');
    door.open();
    await crashed;
    await dieAgain(10);
    await host.t.recover();
    const message = expect.stringContaining('without making progress');
    expect(await parent.result()).toMatchObject({ status: 'failed', error: { message } });
  }, 60_000);

  it('fails also where a message came in between, and ends as cancelled where it was to be', async () => {
    for (const [tell, status] of [
      ['pause', 'failed'],
      ['cancel', 'cancelled'],
    ] as const) {
      const handle = await startAndDie();
      await dieAgain(10);
      await handle[tell]('enough');
      await host.t.recover();
      expect(await handle.result()).toMatchObject({ status });
    }
  }, 60_000);
});
