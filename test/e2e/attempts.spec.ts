import { HttpException } from '@nestjs/common';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { NonRetryableError, RetryAfterError, Step, StepContext, Workflow } from 'nestjs-nestor';
import { stores } from './host.js';
import { sharedHost } from './shared-host.js';

let failures: unknown[] = [];
let seen: { attempt: number; key: string; at: number }[] = [];
let clock = () => 0;

/** Throws what the test has put in its way, then answers. */
function play(ctx: StepContext): string {
  seen.push({ attempt: ctx.attempt, key: ctx.idempotencyKey, at: clock() });
  if (failures.length > 0) throw failures.shift();
  return 'done';
}

@Workflow()
class DefaultsWorkflow {
  @Step() work(ctx: StepContext) {
    return play(ctx);
  }
}

@Workflow()
class BackoffWorkflow {
  @Step({ retry: { attempts: 5, initialDelay: '1s', factor: 10, maxDelay: '1m', jitter: 'none' } })
  work(ctx: StepContext) {
    return play(ctx);
  }
}

@Workflow()
class PickyWorkflow {
  @Step({ retry: { attempts: 5, initialDelay: 1, retryOn: (error) => String(error).includes('again') } })
  work(ctx: StepContext) {
    return play(ctx);
  }
}

@Workflow()
class IrreversibleWorkflow {
  @Step({ effect: 'irreversible', onInDoubt: 'fail' }) work(ctx: StepContext) {
    return play(ctx);
  }
}

const nested = (status: number) => new Error('outer', { cause: new Error('middle', { cause: { status } }) });
const steps = (history: string[]) => history.filter((line) => line.startsWith('step.'));

describe.each(stores)('attempts (%s)', (store) => {
  const shared = sharedHost(store, [DefaultsWorkflow, BackoffWorkflow, PickyWorkflow, IrreversibleWorkflow]);
  beforeEach(() => {
    failures = [];
    seen = [];
    clock = () => shared.t.clock.now();
  });

  it('three by default, all with the same idempotency key', async () => {
    failures = [new Error('one'), new Error('two')];
    const result = await shared.t.run(DefaultsWorkflow, null);
    expect(result).toMatchObject({ status: 'completed', output: 'done' });
    expect(seen.map(({ attempt }) => attempt)).toEqual([1, 2, 3]);
    expect(new Set(seen.map(({ key }) => key)).size).toBe(1);
    expect(steps(await shared.t.history(result.runId))).toEqual([
      'step.failed work',
      'step.failed work',
      'step.completed work',
    ]);
  });

  it('and no more: the last error is the run’s', async () => {
    failures = [new Error('one'), new Error('two'), new Error('three'), new Error('four')];
    const result = await shared.t.run(DefaultsWorkflow, null);
    expect(result.status).toBe('failed');
    expect('error' in result && result.error.message).toContain('defaults.work');
    expect('error' in result && result.error.message).toContain('three');
    expect(seen).toHaveLength(3);
  });

  it('wait longer and longer between them, as durable timers where it takes long', async () => {
    failures = [new Error('1'), new Error('2'), new Error('3')];
    const first = await shared.t.run(BackoffWorkflow, null);
    expect(first).toMatchObject({
      status: 'waiting',
      waitingFor: [{ for: 'timer', timer: 'retry', step: 'work' }],
    });
    await shared.t.clock.advance('10s');
    expect(await shared.t.result(first.runId)).toMatchObject({ status: 'waiting' });
    await shared.t.clock.advance('60s');
    expect(await shared.t.result(first.runId)).toMatchObject({ status: 'completed' });
    const waits = seen.slice(1).map(({ at }, index) => (at - (seen[index]?.at ?? 0)) / 1_000);
    // The run goes by the database's clock, which this one may differ from by a millisecond or two.
    expect(waits[0]).toBeGreaterThanOrEqual(0.99);
    expect(waits[1]).toBeGreaterThanOrEqual(9.99);
    expect(waits[2]).toBeGreaterThanOrEqual(59.99);
  });

  it('honour Retry-After over the backoff', async () => {
    failures = [new RetryAfterError('5m')];
    const first = await shared.t.run(DefaultsWorkflow, null);
    expect(first.status).toBe('waiting');
    await shared.t.clock.advance('4m');
    expect(await shared.t.result(first.runId)).toMatchObject({ status: 'waiting' });
    await shared.t.clock.advance('1m');
    expect(await shared.t.result(first.runId)).toMatchObject({ status: 'completed' });
  });

  it.each([
    ['NonRetryableError', () => new NonRetryableError('never')],
    ['a 400', () => Object.assign(new Error('bad'), { status: 400 })],
    ['a 404 of the HTTP library', () => Object.assign(new Error('gone'), { response: { status: 404 } })],
    ['a 403 of Nest', () => new HttpException('no', 403)],
    ['a 422 nested as a cause', () => nested(422)],
    [
      'a NonRetryableError nested as a cause',
      () => new Error('outer', { cause: new NonRetryableError('never') }),
    ],
  ])('%s is not tried again', async (_, make) => {
    failures = [make()];
    const result = await shared.t.run(DefaultsWorkflow, null);
    expect(result.status).toBe('failed');
    expect(seen).toHaveLength(1);
  });

  it.each([[408], [409], [425], [429], [500], [503]])('a %i is tried again, also nested', async (status) => {
    failures = [Object.assign(new Error('busy'), { status }), nested(status)];
    expect((await shared.t.run(DefaultsWorkflow, null)).status).toBe('completed');
    expect(seen).toHaveLength(3);
  });

  it('only what `retryOn` says, where it says something', async () => {
    failures = [new Error('try again'), new Error('enough')];
    expect((await shared.t.run(PickyWorkflow, null)).status).toBe('failed');
    expect(seen).toHaveLength(2);
  });

  it('of an irreversible step: one', async () => {
    failures = [new Error('who knows')];
    expect((await shared.t.run(IrreversibleWorkflow, null)).status).toBe('failed');
    expect(seen).toHaveLength(1);
  });

  it.each([
    ['a string', 'just text', 'just text'],
    ['undefined', undefined, 'undefined'],
    ['null', null, 'null'],
    ['an object', { reason: 'odd' }, '{"reason":"odd"}'],
  ])('%s that is thrown is an error like any other', async (_, thrown, text) => {
    failures = [thrown, thrown, thrown];
    const result = await shared.t.run(DefaultsWorkflow, null);
    expect(result).toMatchObject({ status: 'failed', error: { cause: { name: 'NonError', message: text } } });
    expect(seen).toHaveLength(3);
  });

  it('a long wait for the next one is cut short by a cancel', async () => {
    failures = [new RetryAfterError('1d')];
    const { runId } = await shared.t.run(DefaultsWorkflow, null);
    await shared.t.orchestrator.handle(runId).cancel('enough');
    expect(await shared.t.orchestrator.handle(runId).result()).toMatchObject({ status: 'cancelled' });
    expect(seen).toHaveLength(1);
  });
});
