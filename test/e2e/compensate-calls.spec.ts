import { beforeEach, describe, expect, it } from '@jest/globals';
import { Injectable } from '@nestjs/common';
import { HumanReview, Input, NonRetryableError, Step, Tool, Workflow } from 'nestjs-nestor';
import { stores } from './host.js';
import { sharedHost } from './shared-host.js';

class Amount {
  readonly cents!: number;
}

const effects: string[] = [];
const world = { refuses: 0, breaks: false };

@Injectable()
class Bank {
  @Tool({ description: 'Gives money back', effect: 'irreversible' })
  async refund({ cents }: Amount) {
    effects.push(`refund ${cents}`);
    if (world.breaks) throw new Error('connection reset');
    return `refunded ${cents}`;
  }

  @Tool({ description: 'Writes down', effect: 'none', retry: { attempts: 1 } })
  async note({ cents }: Amount) {
    effects.push(`note ${cents}`);
    if (world.refuses-- > 0) throw new Error('no ink');
    return cents;
  }

  @Tool({ description: 'Gives much money back', effect: 'idempotent' })
  @HumanReview({ roles: ['lead'] })
  async refundMuch({ cents }: Amount) {
    effects.push(`refund much ${cents}`);
    return cents;
  }
}

@Workflow()
class OrderWorkflow {
  constructor(private readonly bank: Bank) {}

  @Step({ compensate: 'giveBack', retry: { attempts: 3, initialDelay: 1 } })
  pay(@Input() cents: number) {
    return cents;
  }

  async giveBack(@Input() cents: number) {
    if (cents > 1_000) return this.bank.refundMuch({ cents });
    await this.bank.refund({ cents });
    return this.bank.note({ cents });
  }

  @Step({ after: 'pay' })
  ship() {
    throw new NonRetryableError('out of stock');
  }
}

describe.each(stores)('the calls of a compensation (%s)', (store) => {
  const shared = sharedHost(store, [Bank, OrderWorkflow]);
  beforeEach(() => {
    effects.length = 0;
    Object.assign(world, { refuses: 0, breaks: false });
  });

  it('are remembered through its attempts: money is given back once', async () => {
    world.refuses = 2;
    const result = await shared.t.run(OrderWorkflow, 5);
    expect(result).toMatchObject({
      status: 'failed',
      error: { message: expect.stringContaining('out of stock') },
    });
    expect(effects).toEqual(['refund 5', 'note 5', 'note 5', 'note 5']);
    expect(await shared.t.history(result.runId)).toContain('step.compensated pay');
  });

  it('are remembered through a crash in its middle', async () => {
    // Created and paid, failed, intent, outcome: dies when the refund is on disk, before the compensation is.
    const crash = shared.t.crashAt('append.after', { after: 3 });
    const { id } = await shared.t.start(OrderWorkflow, 6);
    await crash;
    await shared.t.recover();
    expect(await shared.t.result(id)).toMatchObject({ status: 'failed' });
    expect(effects.filter((effect) => effect.startsWith('refund'))).toEqual(['refund 6']);
    expect(await shared.t.history(id)).toContain('step.compensated pay');
    expect(await shared.t.audit.verify(id)).toMatchObject({ ok: true });
  });

  it('are not repeated when nobody knows how they went: the compensation has failed, and the run says so', async () => {
    world.breaks = true;
    const result = await shared.t.run(OrderWorkflow, 7);
    expect(result).toMatchObject({
      status: 'failed',
      error: { message: expect.stringContaining('could not be undone: pay') },
    });
    expect(effects).toEqual(['refund 7']);
  });

  it('that would have to wait for a person fail it, instead of being lost', async () => {
    const result = await shared.t.run(OrderWorkflow, 5_000);
    expect(result).toMatchObject({
      status: 'failed',
      error: { message: expect.stringContaining('could not be undone: pay') },
    });
    expect(effects).toEqual([]);
    expect(await shared.t.history(result.runId)).toContain('step.failed pay');
  });
});
