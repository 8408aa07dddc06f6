import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Injectable } from '@nestjs/common';
import { Input, NotPerformedError, ReviewService, Step, Tool, Workflow } from 'nestjs-nestor';
import { openTestDatabase, type TestDatabase } from '../../database/test-database.js';
import { type Host, openHost, stores } from '../host.js';
import { until as eventually } from '../until.js';
import { Latch, until } from './moments.js';
import { lead } from './people.js';
import { recordsOf } from './records.js';

class Payment {
  readonly to!: string;
}

/** Answers when the test lets it. */
@Injectable()
class Bank {
  readonly attempts: string[] = [];
  readonly latch = new Latch();
  outcome: () => unknown = () => ({ receipt: 'r-1' });

  async transfer(to: string): Promise<unknown> {
    this.attempts.push(to);
    await this.latch.passed();
    return this.outcome();
  }
}

@Injectable()
class Payments {
  constructor(private readonly bank: Bank) {}

  @Tool({ description: 'Pays', effect: 'irreversible', timeout: '5s' })
  async pay({ to }: Payment) {
    return this.bank.transfer(to);
  }
}

@Workflow()
class PayWorkflow {
  constructor(private readonly payments: Payments) {}

  @Step({ retry: { initialDelay: 1 } })
  pay(@Input() to: string) {
    return this.payments.pay({ to });
  }
}

@Workflow()
class BodyWorkflow {
  constructor(private readonly bank: Bank) {}

  @Step({ effect: 'irreversible', timeout: '5s' })
  pay(@Input() to: string) {
    return this.bank.transfer(to);
  }
}

describe.each(stores)('what an irreversible call comes to too late (%s)', (store) => {
  let host: Host;
  let bank: Bank;
  beforeAll(async () => {
    host = await openHost(store, [Bank, Payments, PayWorkflow, BodyWorkflow]);
    bank = host.t.module.get(Bank);
  });
  afterAll(() => host.close());
  beforeEach(() => {
    bank.attempts.length = 0;
    bank.outcome = () => ({ receipt: 'r-1' });
    bank.latch.shut();
  });

  /** A run that has given up waiting for the bank, and asks a person whether the payment has happened. */
  async function inDoubt(workflow: typeof PayWorkflow | typeof BodyWorkflow = PayWorkflow): Promise<string> {
    const { id } = await host.t.start(workflow, 'ann');
    await until(() => bank.attempts.length === 1);
    await host.t.clock.advance('6s');
    expect(await host.t.result(id)).toMatchObject({ status: 'waiting', waitingFor: [{ for: 'review' }] });
    return id;
  }

  const reviewed = async (runId: string) => {
    const { items } = await host.t.module.get(ReviewService).list({ runId, status: 'replaced' });
    return items.map(({ kind, status }) => [kind, status]);
  };

  it.each([
    ['tool', PayWorkflow],
    ['step', BodyWorkflow],
  ])('answers the question about it, and nobody has to (%s)', async (_, workflow) => {
    const runId = await inDoubt(workflow);
    bank.latch.release();
    await completed(host, runId);
    expect(await host.t.result(runId)).toMatchObject({ status: 'completed', output: { receipt: 'r-1' } });
    expect(bank.attempts).toEqual(['ann']);
    expect(await reviewed(runId)).toEqual([['in-doubt', 'replaced']]);
    expect(await recordsOf(host.t, runId, 'call.completed')).toMatchObject([
      { actor: { kind: 'system' }, payload: { late: true, result: { receipt: 'r-1' } } },
      ...(workflow === PayWorkflow ? [{ payload: { result: { receipt: 'r-1' } } }] : []),
    ]);
    expect(await host.t.audit.verify(runId)).toMatchObject({ ok: true });
  });

  it('says that nothing has happened: the step may try again', async () => {
    const runId = await inDoubt();
    bank.outcome = () => {
      bank.outcome = () => ({ receipt: 'r-2' });
      throw new NotPerformedError('the bank is closed');
    };
    bank.latch.release();
    await completed(host, runId);
    expect(await host.t.result(runId)).toMatchObject({ status: 'completed', output: { receipt: 'r-2' } });
    expect(bank.attempts).toEqual(['ann', 'ann']);
  });

  it('is not evidence where it is an error that says nothing', async () => {
    const runId = await inDoubt();
    bank.outcome = () => {
      throw new Error('connection reset');
    };
    bank.latch.release();
    await host.t.clock.advance('5s');
    expect(await host.t.result(runId)).toMatchObject({ status: 'waiting' });
    expect(await host.t.answer(runId, 'found', { by: lead })).toMatchObject({ status: 'completed' });
    expect(bank.attempts).toEqual(['ann']);
  });

  it('comes too late for what a person has decided: it is in the records, and changes nothing', async () => {
    const runId = await inDoubt();
    expect(await host.t.answer(runId, 'found', { by: lead })).toMatchObject({ output: 'found' });
    bank.latch.release();
    await host.t.clock.advance('5s');
    expect(await host.t.result(runId)).toMatchObject({ status: 'completed', output: 'found' });
  });
});

describe('what an irreversible call comes to at a worker that has lost the run', () => {
  let database: TestDatabase;
  let frozen: Host;
  let other: Host;
  beforeAll(async () => {
    database = await openTestDatabase();
    frozen = await openHost('database', [Bank, Payments, PayWorkflow], {}, { database });
    other = await openHost('database', [Bank, Payments, PayWorkflow], {}, { database });
  });
  afterAll(async () => {
    await frozen.close();
    await other.close();
    await database.close();
  });

  it('reaches the one that holds the run now, and answers the question about it', async () => {
    const bank = frozen.t.module.get(Bank);
    bank.latch.shut();
    const { id: runId } = await frozen.t.start(PayWorkflow, 'ann');
    await until(() => bank.attempts.length === 1);
    // By this clock the first worker has been silent for too long.
    await other.t.clock.advance('20s');
    expect(await other.t.result(runId)).toMatchObject({ status: 'waiting', waitingFor: [{ for: 'review' }] });
    bank.latch.release();
    await completed(other, runId);
    expect(await other.t.result(runId)).toMatchObject({ output: { receipt: 'r-1' } });
    expect([...bank.attempts, ...other.t.module.get(Bank).attempts]).toEqual(['ann']);
    expect(await other.t.audit.verify(runId)).toMatchObject({ ok: true });
  });
});

/** Lets time pass until the run has completed: what is reported takes its way through the inbox. */
async function completed({ t }: Host, runId: string): Promise<void> {
  await eventually('the run completes', async () => {
    await t.clock.advance(1);
    return (await t.orchestrator.handle(runId).status()) === 'completed';
  });
}
