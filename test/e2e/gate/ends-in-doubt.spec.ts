import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Injectable } from '@nestjs/common';
import { From, HumanReview, Input, type Principal, ReviewService, Step, Tool, Workflow } from 'nestjs-nestor';
import { type Host, openHost, stores } from '../host.js';
import { until } from './moments.js';
import { clerk, lead, otherLead } from './people.js';
import { recordsOf, story } from './records.js';

class Payment {
  readonly to!: string;
}

/** Below the tools: answers when the test says so. */
@Injectable()
class Bank {
  readonly begun: string[] = [];
  readonly undone: string[] = [];
  answer: (result: unknown) => void = () => undefined;
  fail: (error: Error) => void = () => undefined;

  transfer(to: string): Promise<string> {
    this.begun.push(to);
    return new Promise((resolve) => (this.answer = resolve as (result: unknown) => void));
  }

  check(): Promise<string> {
    return new Promise((_, reject) => (this.fail = reject));
  }
}

@Injectable()
class Payments {
  constructor(private readonly bank: Bank) {}

  @Tool({ description: 'Pays', effect: 'irreversible' })
  async pay({ to }: Payment) {
    return this.bank.transfer(to);
  }

  @Tool({ description: 'Pays or gives up', effect: 'irreversible', onInDoubt: 'fail' })
  async payOrFail({ to }: Payment) {
    return this.bank.transfer(to);
  }

  @Tool({ description: 'Pays what leads answer for', effect: 'irreversible' })
  @HumanReview({ when: () => false, roles: ['lead'] })
  async payAsLead({ to }: Payment) {
    return this.bank.transfer(to);
  }
}

type How = 'pay' | 'payOrFail' | 'payAsLead';

@Workflow({ result: 'pay', timeout: '1m' })
class EndingWorkflow {
  constructor(
    private readonly bank: Bank,
    private readonly payments: Payments,
  ) {}

  @Step({ compensate: 'release' })
  reserve(@Input() how: How) {
    return how;
  }

  release() {
    this.bank.undone.push('reservation');
  }

  @Step({ timeout: '10m' })
  pay(@From('reserve') how: How): Promise<string> {
    return this.payments[how]({ to: 'ann' });
  }

  @Step({ retry: { attempts: 1 }, timeout: '10m' })
  check(@From('reserve') _: How): Promise<string> {
    return this.bank.check();
  }
}

describe.each(stores)(
  'a run that is to end while nobody knows whether an irreversible call has happened (%s)',
  (store) => {
    let host: Host;
    let bank: Bank;
    beforeAll(async () => {
      host = await openHost(store, [Bank, Payments, EndingWorkflow]);
      bank = host.t.module.get(Bank);
    });
    afterAll(() => host.close());
    beforeEach(() => {
      bank.begun.length = 0;
      bank.undone.length = 0;
    });

    async function paying(how: How = 'pay', principal?: Principal) {
      const handle = await host.t.start(EndingWorkflow, how, principal ? { principal } : {});
      await until(() => bank.begun.length === 1);
      return handle;
    }
    it('does not let the person answer who has started it', async () => {
      const { id } = await paying('pay', lead);
      bank.fail(new Error('the check has failed'));
      expect(await host.t.result(id)).toMatchObject({ status: 'waiting' });
      await expect(host.t.answer(id, 'receipt', { by: lead })).rejects.toMatchObject({
        code: 'ACCESS_DENIED',
      });
      expect(await host.t.answer(id, 'receipt', { by: otherLead })).toMatchObject({ status: 'failed' });
    });

    const openReviews = async (runId: string) =>
      (await host.t.module.get(ReviewService).list({ runId })).items;

    it('asks a person first when a sibling has failed, and undoes and ends after the answer', async () => {
      const { id } = await paying();
      bank.fail(new Error('the check has failed'));
      expect(await host.t.result(id)).toMatchObject({
        status: 'waiting',
        waitingFor: [{ for: 'review', step: 'pay' }],
      });
      expect(bank.undone).toEqual([]);
      expect(await recordsOf(host.t, id, 'review.requested')).toMatchObject([
        {
          step: 'pay',
          payload: { kind: 'in-doubt', proposed: { to: 'ann' }, choices: ['answer', 'approve', 'reject'] },
        },
      ]);
      const result = await host.t.answer(id, 'receipt', { by: lead });
      expect(result).toMatchObject({
        status: 'failed',
        error: { message: expect.stringContaining('check') },
      });
      expect(bank).toMatchObject({ begun: ['ann'], undone: ['reservation'] });
      expect((await story(host.t, id)).slice(-3)).toEqual([
        'review.decided pay',
        'step.compensated reserve',
        'run.failed',
      ]);
    });

    it('asks a person first when it is cancelled, and does not make the call again whatever is said', async () => {
      const handle = await paying();
      await handle.cancel('no longer wanted');
      expect(await host.t.result(handle.id)).toMatchObject({ status: 'waiting' });
      expect(await host.t.approve(handle.id, { by: lead })).toMatchObject({ status: 'cancelled' });
      expect(bank.begun).toEqual(['ann']);
    });

    it('asks a person first when its time is over', async () => {
      const { id } = await paying();
      await host.t.clock.advance('2m');
      expect(await host.t.result(id)).toMatchObject({ status: 'waiting' });
      expect(await host.t.reject(id, { by: lead })).toMatchObject({ status: 'failed' });
    });

    it('ends by itself when the call answers late', async () => {
      const handle = await paying();
      await handle.cancel('no longer wanted');
      expect(await host.t.result(handle.id)).toMatchObject({ status: 'waiting' });
      bank.answer('receipt');
      expect(await handle.result()).toMatchObject({ status: 'cancelled' });
      expect(await openReviews(handle.id)).toEqual([]);
      expect(await recordsOf(host.t, handle.id, 'call.completed')).toMatchObject([
        { payload: { name: 'pay', result: 'receipt', late: true } },
      ]);
    });

    it('keeps the question open that was asked before the end came', async () => {
      const { id } = await paying();
      const handle = host.t.orchestrator.handle(id);
      await handle.cancel('first');
      expect(await host.t.result(id)).toMatchObject({ status: 'waiting' });
      const [asked] = await openReviews(id);
      await handle.cancel('again');
      await host.t.clock.advance('1s');
      expect((await openReviews(id)).map((one) => one.id)).toEqual([asked?.id]);
    });

    it('asks those only who may answer for the tool', async () => {
      const handle = await paying('payAsLead');
      await handle.cancel('no longer wanted');
      await host.t.result(handle.id);
      await expect(host.t.approve(handle.id, { by: clerk })).rejects.toMatchObject({ code: 'ACCESS_DENIED' });
      expect(await host.t.approve(handle.id, { by: lead })).toMatchObject({ status: 'cancelled' });
    });

    it("ends at once where nobody wants to be asked: onInDoubt: 'fail'", async () => {
      const handle = await paying('payOrFail');
      await handle.cancel('no longer wanted');
      expect(await host.t.result(handle.id)).toMatchObject({ status: 'cancelled' });
      expect(await recordsOf(host.t, handle.id, 'call.failed')).toMatchObject([
        { payload: { inDoubt: true } },
      ]);
    });
  },
);
