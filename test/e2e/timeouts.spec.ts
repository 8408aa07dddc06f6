import { beforeEach, describe, expect, it } from '@jest/globals';
import { SignalPayload, Step, StepContext, StepTimeoutError, Workflow } from 'nestjs-nestor';
import { stores } from './host.js';
import { Latch } from './latch.js';
import { sharedHost } from './shared-host.js';

let begun = new Latch<StepContext>();
let aborts: unknown[] = [];
let end = new Latch();

function begin(ctx: StepContext): void {
  ctx.abortSignal.addEventListener('abort', () => aborts.push(ctx.abortSignal.reason));
  begun.open(ctx);
}

@Workflow()
class NeverWorkflow {
  @Step({ timeout: '2m', retry: { attempts: 1 } }) work(ctx: StepContext) {
    begin(ctx);
    return new Promise<string>(() => undefined);
  }
}

@Workflow()
class SilentWorkflow {
  @Step({ idleTimeout: '10s', timeout: '1h', retry: { attempts: 1 } }) async work(ctx: StepContext) {
    begin(ctx);
    await end.opened;
    return 'done';
  }
}

@Workflow({ timeout: '1h' })
class PatientWorkflow {
  @Step({ waitFor: 'go' }) hold(@SignalPayload() word: string) {
    return word;
  }

  @Step({ after: 'hold', timeout: '1d' }) async work(ctx: StepContext) {
    begin(ctx);
    await end.opened;
    return 'done';
  }
}

describe.each(stores)('timeouts (%s)', (store) => {
  const shared = sharedHost(store, [NeverWorkflow, SilentWorkflow, PatientWorkflow]);
  beforeEach(() => {
    begun = new Latch();
    end = new Latch();
    aborts = [];
  });

  it('a step that never returns is given up, and its AbortSignal says why', async () => {
    const handle = await shared.t.start(NeverWorkflow, null);
    await begun.opened;
    await shared.t.clock.advance('1m');
    expect(await handle.status()).toBe('running');
    await shared.t.clock.advance('1m');
    const result = await handle.result();
    expect(result).toMatchObject({ status: 'failed', error: { cause: { code: 'STEP_TIMEOUT' } } });
    expect('error' in result && result.error.message).toContain(
      'never.work took longer than its timeout of 120000 ms',
    );
    expect(aborts).toEqual([expect.any(StepTimeoutError)]);
  });

  it('idleTimeout is renewed by ctx.heartbeat(), and only by that', async () => {
    const handle = await shared.t.start(SilentWorkflow, null);
    const ctx = await begun.opened;
    for (let beat = 0; beat < 6; beat += 1) {
      await shared.t.clock.advance('8s');
      ctx.heartbeat();
    }
    expect(await handle.status()).toBe('running');
    await shared.t.clock.advance('11s');
    const result = await handle.result();
    expect(result).toMatchObject({ status: 'failed', error: { cause: { code: 'STEP_TIMEOUT' } } });
    expect('error' in result && result.error.message).toContain('idleTimeout of 10000 ms');
    expect(aborts).toHaveLength(1);
  });

  it('that of the run does not count the time in which it waits', async () => {
    const { runId } = await shared.t.run(PatientWorkflow, null);
    await shared.t.clock.advance('30d');
    const handle = shared.t.orchestrator.handle(runId);
    await handle.signal('go', 'now');
    await begun.opened;
    await shared.t.clock.advance('59m');
    expect(await handle.status()).toBe('running');
    end.open();
    expect(await handle.result()).toMatchObject({ status: 'completed', output: 'done' });
  });

  it('that of the run ends what is in flight once the run has been active for so long', async () => {
    const { runId } = await shared.t.run(PatientWorkflow, null);
    const handle = shared.t.orchestrator.handle(runId);
    await handle.signal('go', 'now');
    await begun.opened;
    await shared.t.clock.advance('61m');
    const result = await handle.result();
    expect(result).toMatchObject({ status: 'failed', error: { cause: { code: 'STEP_TIMEOUT' } } });
    expect('error' in result && result.error.message).toContain(
      'patient has been active for longer than its timeout',
    );
    expect(aborts).toHaveLength(1);
    expect((await shared.t.history(runId)).slice(-3)).toEqual([
      'timer.fired',
      'step.failed work',
      'run.failed',
    ]);
  });
});
