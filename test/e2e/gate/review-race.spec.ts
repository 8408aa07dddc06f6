import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Injectable } from '@nestjs/common';
import { HumanReview, Input, type Principal, ReviewService, Step, Tool, Workflow } from 'nestjs-nestor';
import { type Host, openHost, stores } from '../host.js';
import { recordsOf } from './records.js';

class Payment {
  readonly to!: string;
}

@Injectable()
class Bank {
  readonly paid: string[] = [];

  @Tool({ description: 'Pays', effect: 'irreversible' })
  @HumanReview({ roles: ['lead'] })
  async pay({ to }: Payment) {
    this.paid.push(to);
    return 'paid';
  }
}

@Workflow()
class PayWorkflow {
  constructor(private readonly bank: Bank) {}

  @Step()
  pay(@Input() to: string) {
    return this.bank.pay({ to });
  }
}

describe.each(stores)('fifty people who decide at the same time (%s)', (store) => {
  let host: Host;
  beforeAll(async () => {
    host = await openHost(store, [Bank, PayWorkflow]);
  });
  afterAll(() => host.close());

  it('one wins, and the run goes on exactly once', async () => {
    const reviews = host.t.module.get(ReviewService);
    const { runId } = await host.t.run(PayWorkflow, 'ann');
    const { items } = await reviews.list({ runId });
    const id = items[0]?.id ?? '';
    const people = Array.from({ length: 50 }, (_, n): Principal => ({ id: `lead-${n}`, roles: ['lead'] }));
    const outcomes = await Promise.allSettled(
      people.map((by, n) =>
        n % 2 === 0 ? reviews.approve(id, { by }) : reviews.answer(id, { by, value: 'by hand' }),
      ),
    );
    const won = outcomes.filter(({ status }) => status === 'fulfilled');
    expect(won).toHaveLength(1);
    for (const outcome of outcomes)
      if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 'REVIEW_CONFLICT' });

    const result = await host.t.orchestrator.handle(runId).result();
    const winner = people[outcomes.findIndex(({ status }) => status === 'fulfilled')];
    const [decided, ...others] = await recordsOf(host.t, runId, 'review.decided');
    expect(others).toEqual([]);
    expect(decided).toMatchObject({ actor: { kind: 'person', id: winner?.id } });
    const approved = decided?.payload.choice === 'approve';
    expect(result).toMatchObject({ status: 'completed', output: approved ? 'paid' : 'by hand' });
    expect(host.t.module.get(Bank).paid).toEqual(approved ? ['ann'] : []);
    expect(await recordsOf(host.t, runId, 'call.completed')).toHaveLength(1);
    expect(await recordsOf(host.t, runId, 'run.completed')).toHaveLength(1);
    expect(await host.t.audit.verify(runId)).toMatchObject({ problems: [] });
  });
});
