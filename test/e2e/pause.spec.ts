import { beforeEach, describe, expect, it } from '@jest/globals';
import { Step, Workflow } from 'nestjs-nestor';
import { stores } from './host.js';
import { Latch } from './latch.js';
import { sharedHost } from './shared-host.js';
import { until } from './until.js';

let begun = new Latch();
let end = new Latch();
let second = 0;

@Workflow()
class PausedWorkflow {
  @Step() async first() {
    begun.open();
    await end.opened;
    return 1;
  }

  @Step({ after: 'first' }) last() {
    second += 1;
    return 2;
  }
}

@Workflow()
class SleepyWorkflow {
  @Step({ delay: '1h' }) wake() {
    second += 1;
    return 'awake';
  }
}

describe.each(stores)('pause and resume (%s)', (store) => {
  const shared = sharedHost(store, [PausedWorkflow, SleepyWorkflow]);
  beforeEach(() => {
    begun = new Latch();
    end = new Latch();
    second = 0;
  });

  it('lets what is in flight end, starts nothing new, and continues where it was', async () => {
    const handle = await shared.t.start(PausedWorkflow, null);
    await begun.opened;
    await handle.pause('audit');
    await until('the pause', async () => (await shared.t.history(handle.id)).includes('pause.requested'));
    end.open();
    expect(await handle.idle()).toMatchObject({ status: 'paused' });
    expect(second).toBe(0);
    await shared.t.clock.advance('2d');
    expect(await handle.status()).toBe('paused');
    await handle.resume();
    expect(await handle.result()).toMatchObject({ status: 'completed', output: 2 });
    expect(await shared.t.history(handle.id)).toEqual([
      'run.created',
      'run.started',
      'pause.requested',
      'step.completed first',
      'run.paused',
      'run.resumed',
      'resume.requested',
      'step.completed last',
      'run.completed',
    ]);
  });

  it('says what a paused run waits for', async () => {
    const { runId } = await shared.t.run(SleepyWorkflow, null);
    const handle = shared.t.orchestrator.handle(runId);
    await handle.pause('audit');
    await until('the pause', async () => (await handle.status()) === 'paused');
    expect(await handle.idle()).toMatchObject({
      status: 'paused',
      waitingFor: [{ for: 'resume', reason: 'audit' }],
    });
    await handle.cancel('seen');
    await handle.result();
  });

  it('a timer that is due during a pause fires at the resume', async () => {
    const { runId } = await shared.t.run(SleepyWorkflow, null);
    const handle = shared.t.orchestrator.handle(runId);
    await handle.pause();
    await until('the pause', async () => (await handle.status()) === 'paused');
    await shared.t.clock.advance('2h');
    expect(second).toBe(0);
    await handle.resume();
    expect(await handle.result()).toMatchObject({ status: 'completed', output: 'awake' });
  });

  it('a paused run can be cancelled', async () => {
    const { runId } = await shared.t.run(SleepyWorkflow, null);
    const handle = shared.t.orchestrator.handle(runId);
    await handle.pause();
    await until('the pause', async () => (await handle.status()) === 'paused');
    await handle.cancel('never mind');
    expect(await handle.result()).toMatchObject({ status: 'cancelled' });
  });
});
