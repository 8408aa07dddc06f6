import { beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Injectable, Logger } from '@nestjs/common';
import { From, HumanReview, Input, Item, type PerItem, Step, Tool, Workflow } from 'nestjs-nestor';
import { stores } from './host.js';
import { sharedHost } from './shared-host.js';

const clerk = { id: 'carl', roles: ['clerk'] };

@Injectable()
class Bank {
  failures = 0;

  @Tool({ description: 'What an account has.', effect: 'none' }) async balance({ of }: { of: string }) {
    return of.length;
  }

  @Tool({ description: 'Pays.', effect: 'irreversible' })
  @HumanReview({ at: 'before', roles: ['clerk'] })
  async pay({ amount }: { amount: number }) {
    return `paid ${amount}`;
  }
}

@Workflow()
class PayingWorkflow {
  constructor(private readonly bank: Bank) {}

  @Step({ retry: { attempts: 3, initialDelay: 1, jitter: 'none' } }) async look(@Input() of: string) {
    const balance = await this.bank.balance({ of });
    if (this.bank.failures-- > 0) throw new Error('the line was busy');
    return balance;
  }

  @Step({ forEach: { over: ({ outputs }) => [outputs.look ?? 0, 2] } }) async double(
    @Item() amount: number,
    @From('look') _: number,
  ): Promise<PerItem<number>> {
    return amount * 2;
  }

  @Step() async pay(@From('double') amounts: readonly number[]) {
    return this.bank.pay({ amount: amounts[0] ?? 0 });
  }

  @Step({ after: 'pay' }) close() {
    return 'closed';
  }
}

describe.each(stores)('handle.state() (%s)', (store) => {
  const shared = sharedHost(store, [Bank, PayingWorkflow]);
  const bank = () => shared.t.module.get(Bank);
  beforeEach(() => {
    jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
    bank().failures = 1;
  });

  it('tells of a run that waits: its steps, attempts, calls, what it waits for and who is asked', async () => {
    const handle = await shared.t.start(PayingWorkflow, 'anna', { principal: { id: 'otto', roles: [] } });
    expect((await handle.idle()).status).toBe('waiting');
    const state = await handle.state();
    expect(state).toMatchObject({
      runId: handle.id,
      workflow: 'paying',
      status: 'waiting',
      input: 'anna',
      principal: { id: 'otto' },
      waits: [{ for: 'review', step: 'pay' }],
      reviews: [
        { kind: 'call', subject: 'tool pay', step: 'pay', proposed: { amount: 8 }, roles: ['clerk'] },
      ],
    });
    const [look, double, pay, close] = state.steps;
    expect(state.steps.map(({ name, status }) => [name, status])).toEqual([
      ['look', 'completed'],
      ['double', 'completed'],
      ['pay', 'waiting'],
      ['close', 'pending'],
    ]);
    expect(look).toMatchObject({
      output: 4,
      attempts: [
        { attempt: 1, outcome: 'failed', error: { message: 'the line was busy' } },
        { attempt: 2, outcome: 'completed' },
      ],
      calls: [{ kind: 'tool', name: 'balance', status: 'completed', arguments: { of: 'anna' }, result: 4 }],
    });
    expect(double).toMatchObject({
      output: [8, 4],
      attempts: [{ item: 0, outcome: 'completed' }, { item: 1, outcome: 'completed' }, {}],
    });
    expect(pay).toMatchObject({ attempts: [{ outcome: 'waiting' }], waits: [{ for: 'review' }], calls: [] });
    expect(close).toMatchObject({ attempts: [], calls: [] });
  });

  it('is plain data, and tells of a run that has ended what its records do', async () => {
    const handle = await shared.t.start(PayingWorkflow, 'anna');
    await handle.idle();
    const result = await shared.t.approve(handle.id, { by: clerk });
    expect(result).toMatchObject({ status: 'completed', output: 'closed' });
    const state = await handle.state();
    expect(JSON.parse(JSON.stringify(state))).toEqual(state);
    expect(state).toMatchObject({ status: 'completed', output: 'closed', waits: [], reviews: [] });
    expect(state.records).toBe((await shared.t.history(handle.id)).length);
    expect(state.steps.find(({ name }) => name === 'pay')).toMatchObject({
      status: 'completed',
      attempts: [{ outcome: 'waiting' }, { outcome: 'completed' }],
      calls: [
        {
          name: 'pay',
          effect: 'irreversible',
          status: 'completed',
          arguments: { amount: 8 },
          result: 'paid 8',
        },
      ],
    });
  });

  it('of a run that there is not is refused', async () => {
    const handle = shared.t.orchestrator.handle('018f4a3e-0000-7000-8000-000000000000');
    await expect(handle.state()).rejects.toMatchObject({ code: 'RUN_NOT_FOUND' });
  });
});

describe.each(stores)('orchestrator.workers() (%s)', (store) => {
  const shared = sharedHost(store, [Bank, PayingWorkflow]);

  it('lists this process, alive, with what it holds', async () => {
    const { t } = shared;
    const [worker, ...others] = await t.orchestrator.workers();
    expect(others).toEqual([]);
    expect(worker).toMatchObject({ processId: process.pid, alive: true, runs: [] });
    expect(worker?.heartbeatAt.getTime()).toBeGreaterThanOrEqual(worker?.startedAt.getTime() ?? 0);
  });
});
