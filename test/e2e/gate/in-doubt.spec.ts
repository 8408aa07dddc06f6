import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Injectable } from '@nestjs/common';
import {
  allow,
  Guardrail,
  HumanReview,
  Input,
  NotPerformedError,
  Step,
  StepContext,
  StepCtx,
  Tool,
  Workflow,
} from 'nestjs-nestor';
import { type Host, openHost, stores } from '../host.js';
import { until } from './moments.js';
import { lead, editor } from './people.js';
import { recordsOf, story } from './records.js';

class Payment {
  readonly to!: string;
}

type Behaviour = 'pay' | 'throw' | 'throw once' | 'hang' | 'refuse once';

/** Below the tools. */
@Injectable()
class Bank {
  behaviour: Behaviour = 'pay';
  readonly attempts: string[] = [];

  async transfer(to: string) {
    this.attempts.push(to);
    const { behaviour } = this;
    if (behaviour.endsWith('once')) this.behaviour = 'pay';
    if (behaviour.startsWith('throw')) throw new Error('connection reset');
    if (behaviour === 'hang') return new Promise<never>(() => undefined);
    if (behaviour === 'refuse once') throw new NotPerformedError('the bank is closed');
    return { receipt: `r-${this.attempts.length}` };
  }
}

@Injectable()
class Payments {
  constructor(private readonly bank: Bank) {}

  @Tool({ description: 'Pays', effect: 'irreversible', timeout: '5s', retry: { attempts: 2 } })
  async pay({ to }: Payment) {
    return this.bank.transfer(to);
  }

  @Tool({
    description: 'Pays, at least once',
    effect: 'irreversible',
    onInDoubt: 'retry',
    retry: { attempts: 1 },
  })
  async payAgain({ to }: Payment) {
    return this.bank.transfer(to);
  }

  @Tool({ description: 'Pays or gives up', effect: 'irreversible', onInDoubt: 'fail' })
  async payOrFail({ to }: Payment) {
    return this.bank.transfer(to);
  }

  @Tool({ description: 'Pays what a person has looked at', effect: 'irreversible' })
  @HumanReview({ roles: ['lead'], form: Payment })
  async payChecked({ to }: Payment) {
    return this.bank.transfer(to);
  }
}

/** Stands right before the intent. */
@Injectable()
class Saboteur {
  strike: (() => void) | undefined;

  @Guardrail({ at: 'tool.call' })
  wait() {
    this.strike?.();
    this.strike = undefined;
    return allow();
  }
}

@Workflow()
class PayWorkflow {
  constructor(private readonly payments: Payments) {}

  @Step({ retry: { initialDelay: 1 } })
  pay(@Input() how: 'pay' | 'payAgain' | 'payOrFail' | 'payChecked') {
    return this.payments[how]({ to: 'ann' });
  }
}

@Workflow()
class OnceWorkflow {
  constructor(private readonly bank: Bank) {}

  @Step({ retry: { initialDelay: 1 } })
  pay(@Input() _: string, @StepCtx() ctx: StepContext) {
    return ctx.once('pay', () => this.bank.transfer('ann'), { effect: 'irreversible' });
  }
}

describe.each(stores)('an irreversible call whose outcome is unknown (%s)', (store) => {
  let host: Host;
  let bank: Bank;
  beforeAll(async () => {
    host = await openHost(store, [Bank, Payments, Saboteur, PayWorkflow, OnceWorkflow]);
    bank = host.t.module.get(Bank);
  });
  afterAll(() => host.close());
  beforeEach(() => {
    bank.behaviour = 'pay';
    bank.attempts.length = 0;
  });

  const reviewOf = async (runId: string) => (await recordsOf(host.t, runId, 'review.requested')).at(-1);

  /** The process dies when the next intent is on disk. */
  const crashAfterIntent = () =>
    new Promise<void>((crashed) => {
      host.t.module.get(Saboteur).strike = () => void host.t.crashAt('append.after').then(crashed);
    });

  /** A run that waits for the answer whether the payment has happened. */
  async function inDoubt(behaviour: Behaviour = 'throw') {
    bank.behaviour = behaviour;
    const run = await host.t.run(PayWorkflow, 'pay');
    bank.behaviour = 'pay';
    expect(run).toMatchObject({ status: 'waiting', waitingFor: [{ for: 'review', step: 'pay' }] });
    return run.runId;
  }

  it('leaves an intent before and an outcome after it, where all goes well', async () => {
    const { runId } = await host.t.run(PayWorkflow, 'pay');
    expect(await story(host.t, runId)).toEqual([
      'run.created',
      'call.intended pay',
      'call.completed pay',
      'step.completed pay',
      'run.completed',
    ]);
    expect(await recordsOf(host.t, runId, 'call.intended')).toMatchObject([
      { payload: { arguments: { to: 'ann' }, effect: 'irreversible' } },
    ]);
  });

  it('is put before a person when it threw, and is not repeated by any retry', async () => {
    const runId = await inDoubt();
    expect(bank.attempts).toEqual(['ann']);
    expect(await story(host.t, runId)).toEqual([
      'run.created',
      'call.intended pay',
      'call.failed pay',
      'review.requested pay',
      'step.waiting pay',
      'run.waiting',
    ]);
    expect(await reviewOf(runId)).toMatchObject({
      payload: {
        kind: 'in-doubt',
        choices: ['answer', 'approve', 'reject'],
        proposed: { to: 'ann' },
        reason: expect.stringContaining('connection reset'),
      },
    });
    expect(await recordsOf(host.t, runId, 'call.failed')).toMatchObject([{ payload: { inDoubt: true } }]);
  });

  it('goes on with the result that a person found out', async () => {
    const runId = await inDoubt();
    const result = await host.t.answer(runId, { receipt: 'found' }, { by: lead });
    expect(result).toMatchObject({ status: 'completed', output: { receipt: 'found' } });
    expect(bank.attempts).toEqual(['ann']);
    expect((await recordsOf(host.t, runId, 'call.completed'))[0]?.payload.reviewId).toBe(
      (await reviewOf(runId))?.payload.reviewId,
    );
  });

  it('is made once more when a person says that it did not happen', async () => {
    const runId = await inDoubt();
    const result = await host.t.approve(runId, { by: lead });
    expect(result).toMatchObject({ status: 'completed', output: { receipt: 'r-2' } });
    expect(bank.attempts).toEqual(['ann', 'ann']);
  });

  it('stops the step when a person says so', async () => {
    const runId = await inDoubt();
    const result = await host.t.reject(runId, { by: lead, reason: 'too odd' });
    expect(result).toMatchObject({ status: 'failed', error: { details: { code: 'IN_DOUBT' } } });
    expect(bank.attempts).toEqual(['ann']);
  });

  it('is asked about again when it is in doubt once more: a former answer is not an answer to a new question', async () => {
    const runId = await inDoubt();
    bank.behaviour = 'throw';
    expect(await host.t.approve(runId, { by: lead })).toMatchObject({ status: 'waiting' });
    expect(bank.attempts).toEqual(['ann', 'ann']);
    expect(await recordsOf(host.t, runId, 'review.requested')).toHaveLength(2);
    const result = await host.t.answer(runId, { receipt: 'found' }, { by: lead });
    expect(result).toMatchObject({ status: 'completed', output: { receipt: 'found' } });
    expect(bank.attempts).toHaveLength(2);
  });

  it('is put before a person when it took too long', async () => {
    bank.behaviour = 'hang';
    const { id } = await host.t.start(PayWorkflow, 'pay');
    await until(() => bank.attempts.length === 1);
    await host.t.clock.advance('6s');
    expect(await host.t.result(id)).toMatchObject({ status: 'waiting' });
    expect(await reviewOf(id)).toMatchObject({ payload: { kind: 'in-doubt' } });
    expect(await host.t.answer(id, { receipt: 'late' }, { by: lead })).toMatchObject({ status: 'completed' });
    expect(bank.attempts).toEqual(['ann']);
  });

  it('is tried again by its own retry where it says that it was not performed', async () => {
    bank.behaviour = 'refuse once';
    expect(await host.t.run(PayWorkflow, 'pay')).toMatchObject({
      status: 'completed',
      output: { receipt: 'r-2' },
    });
  });

  it('that was not performed at last leaves the next attempt of the step free to try', async () => {
    bank.behaviour = 'refuse once';
    const result = await host.t.run(PayWorkflow, 'payOrFail');
    expect(result).toMatchObject({ status: 'completed', output: { receipt: 'r-2' } });
    expect(await story(host.t, result.runId)).toEqual([
      'run.created',
      'call.intended payOrFail',
      'call.failed payOrFail',
      'step.failed pay',
      'call.intended payOrFail',
      'call.completed payOrFail',
      'step.completed pay',
      'run.completed',
    ]);
  });

  it("is repeated with onInDoubt: 'retry'", async () => {
    bank.behaviour = 'throw once';
    expect(await host.t.run(PayWorkflow, 'payAgain')).toMatchObject({ status: 'completed' });
    expect(bank.attempts).toEqual(['ann', 'ann']);
  });

  it("fails the step at once with onInDoubt: 'fail'", async () => {
    bank.behaviour = 'throw';
    expect(await host.t.run(PayWorkflow, 'payOrFail')).toMatchObject({
      status: 'failed',
      error: { details: { code: 'IN_DOUBT' } },
    });
    expect(bank.attempts).toEqual(['ann']);
  });

  it('of ctx.once is put before a person as well', async () => {
    bank.behaviour = 'throw';
    const { runId } = await host.t.run(OnceWorkflow, 'x');
    expect(await reviewOf(runId)).toMatchObject({ payload: { kind: 'in-doubt' } });
    expect(await host.t.answer(runId, 'found', { by: lead })).toMatchObject({
      status: 'completed',
      output: 'found',
    });
    expect(bank.attempts).toEqual(['ann']);
  });

  it('is put before a person when the process died right after the intent', async () => {
    const crash = crashAfterIntent();
    const { id } = await host.t.start(PayWorkflow, 'pay');
    await crash;
    await host.t.recover();
    expect(await host.t.result(id)).toMatchObject({ status: 'waiting' });
    expect(bank.attempts).toEqual([]);
    expect(await reviewOf(id)).toMatchObject({ payload: { kind: 'in-doubt' } });
    expect(await host.t.approve(id, { by: lead })).toMatchObject({ output: { receipt: 'r-1' } });
    expect(await host.t.audit.verify(id)).toMatchObject({ problems: [] });
  });

  it('is not repeated after a crash because it had been approved before', async () => {
    const { runId } = await host.t.run(PayWorkflow, 'payChecked');
    const crash = crashAfterIntent();
    const approved = host.t.approve(runId, { by: lead });
    await crash;
    await host.t.recover();
    expect(await approved).toMatchObject({ status: 'waiting' });
    expect(bank.attempts).toEqual([]);
    expect(await reviewOf(runId)).toMatchObject({ payload: { kind: 'in-doubt' } });
  });

  it('is asked about again after a second crash, whatever was said after the first', async () => {
    const first = crashAfterIntent();
    const { id } = await host.t.start(PayWorkflow, 'pay');
    await first;
    await host.t.recover();
    expect(await host.t.result(id)).toMatchObject({ status: 'waiting' });
    const second = crashAfterIntent();
    const approved = host.t.approve(id, { by: lead });
    await second;
    await host.t.recover();
    expect(await approved).toMatchObject({ status: 'waiting' });
    expect(bank.attempts).toEqual([]);
    expect(await recordsOf(host.t, id, 'review.requested')).toHaveLength(2);
    expect(await host.t.answer(id, { receipt: 'found' }, { by: lead })).toMatchObject({
      output: { receipt: 'found' },
    });
  });

  it('goes on with the arguments that a reviewer had written when it did not happen', async () => {
    const { runId } = await host.t.run(PayWorkflow, 'payChecked');
    bank.behaviour = 'throw';
    expect(await host.t.edit(runId, { to: 'bob' }, { by: editor })).toMatchObject({ status: 'waiting' });
    expect(bank.attempts).toEqual(['bob']);
    expect(await reviewOf(runId)).toMatchObject({
      payload: { kind: 'in-doubt', proposed: { to: 'bob' } },
    });
    bank.behaviour = 'pay';
    expect(await host.t.approve(runId, { by: lead })).toMatchObject({ status: 'completed' });
    expect(bank.attempts).toEqual(['bob', 'bob']);
  });
});
