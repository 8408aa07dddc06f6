import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Injectable } from '@nestjs/common';
import { IsInt, IsString, Max } from 'class-validator';
import {
  allow,
  block,
  Guardrail,
  type GuardrailSubject,
  HumanReview,
  Input,
  Item,
  ModelService,
  ReviewService,
  Step,
  Tool,
  Workflow,
} from 'nestjs-nestor';
import { type Host, openHost, stores } from '../host.js';
import { lead, editor } from './people.js';
import { recordsOf } from './records.js';

class Refund {
  @IsString() to!: string;
  @IsInt() @Max(1000) amount!: number;
}

/** Below the tools. */
@Injectable()
class Till {
  readonly paid: string[] = [];
}

@Injectable()
class Cashier {
  constructor(private readonly till: Till) {}

  @Tool({ description: 'Refunds', effect: 'irreversible' })
  @HumanReview({
    roles: ['lead'],
    form: Refund,
    when: ({ args }) => {
      if (args.to === 'nobody') throw new Error('who is that?');
      return args.amount > 10;
    },
  })
  async refund({ to, amount }: Refund) {
    this.till.paid.push(`${amount} to ${to}`);
    return { paid: amount };
  }

  @Tool({ description: 'Quotes', effect: 'none' })
  @HumanReview({ at: 'output', roles: ['lead'] })
  async quote({ to, amount }: Refund) {
    this.till.paid.push(`quote for ${to}`);
    return { price: amount * 2 };
  }
}

@Injectable()
class Gifts {
  constructor(private readonly till: Till) {}

  @Tool({ description: 'Adds a gift', effect: 'irreversible' })
  @HumanReview({ onReject: 'skip' })
  async gift({ to }: Refund) {
    this.till.paid.push(`gift for ${to}`);
    return 'wrapped';
  }
}

@Workflow()
class GiftsWorkflow {
  constructor(private readonly gifts: Gifts) {}

  @Step({ forEach: ({ input }) => input as string[] })
  async wrap(@Item() to: string) {
    return (await this.gifts.gift({ to, amount: 1 })) ?? 'nothing';
  }
}

@Workflow()
class RefundWorkflow {
  constructor(private readonly cashier: Cashier) {}

  @Step()
  act(@Input() input: { tool: 'refund' | 'quote'; to: string; amount: number }) {
    const { tool, ...args } = input;
    return this.cashier[tool](args);
  }
}

@Workflow()
class ModelWorkflow {
  constructor(private readonly models: ModelService) {}

  @Step()
  async talk(@Input() prompt: string) {
    const { text } = await this.models.generate({ prompt, tools: [Cashier] });
    return text;
  }
}

@Injectable()
class Embargo {
  @Guardrail({ at: 'tool.call', tools: ['refund'] })
  none({ value }: GuardrailSubject<Refund>) {
    return value.to === 'eve' ? block('eve is under embargo') : allow();
  }
}

describe.each(stores)('@HumanReview on a tool (%s)', (store) => {
  let host: Host;
  let till: Till;
  beforeAll(async () => {
    host = await openHost(store, [
      Till,
      Cashier,
      Gifts,
      GiftsWorkflow,
      RefundWorkflow,
      ModelWorkflow,
      Embargo,
    ]);
    till = host.t.module.get(Till);
  });
  afterAll(() => host.close());
  beforeEach(() => {
    till.paid.length = 0;
    host.t.models.reset();
  });

  const refund = (amount: number, to = 'ann') => host.t.run(RefundWorkflow, { tool: 'refund', to, amount });
  const reviewOf = async (runId: string) => {
    const { items } = await host.t.module.get(ReviewService).list({ runId });
    if (!items[0]) throw new Error('there is no open review');
    return items[0];
  };

  it('asks nobody where `when` says no', async () => {
    expect(await refund(5)).toMatchObject({ output: { paid: 5 } });
  });

  it('asks where `when` throws', async () => {
    const { runId } = await refund(5, 'nobody');
    expect(till.paid).toEqual([]);
    expect(await reviewOf(runId)).toMatchObject({ cause: expect.stringContaining('who is that?') });
  });

  it('approved: calls with exactly what was shown', async () => {
    const { runId } = await refund(50);
    expect(await reviewOf(runId)).toMatchObject({ kind: 'call', proposed: { to: 'ann', amount: 50 } });
    expect(await host.t.approve(runId, { by: lead })).toMatchObject({ output: { paid: 50 } });
    expect(till.paid).toEqual(['50 to ann']);
  });

  it('edited: calls with what the reviewer wrote, which is on record', async () => {
    const { runId } = await refund(50);
    expect(await host.t.edit(runId, { to: 'ann', amount: 20 }, { by: lead })).toMatchObject({
      output: { paid: 20 },
    });
    expect(till.paid).toEqual(['20 to ann']);
    expect(await recordsOf(host.t, runId, 'call.completed')).toMatchObject([
      { payload: { arguments: { to: 'ann', amount: 20 } } },
    ]);
  });

  it('edited against the form: is refused', async () => {
    const { runId } = await refund(50);
    await expect(host.t.edit(runId, { to: 'ann', amount: 5000 }, { by: lead })).rejects.toMatchObject({
      code: 'INPUT_VALIDATION',
    });
  });

  it('edited into something that a guardrail blocks: is asked again, with the reason', async () => {
    const { runId } = await refund(50);
    await host.t.edit(runId, { to: 'eve', amount: 20 }, { by: editor });
    expect(till.paid).toEqual([]);
    expect(await reviewOf(runId)).toMatchObject({
      kind: 'guardrail',
      proposed: { to: 'eve', amount: 20 },
      cause: expect.stringContaining('under embargo'),
      choices: ['edit', 'reject', 'answer'],
    });
    await host.t.edit(runId, { to: 'bob', amount: 20 }, { by: lead });
    expect(till.paid).toEqual(['20 to bob']);
  });

  it('answered: the tool is never called', async () => {
    const { runId } = await refund(50);
    expect(await host.t.answer(runId, { paid: 0 }, { by: lead })).toMatchObject({ output: { paid: 0 } });
    expect(till.paid).toEqual([]);
    expect(await recordsOf(host.t, runId, 'call.intended')).toEqual([]);
  });

  it('rejected: the code that called it gets the error', async () => {
    const { runId } = await refund(50);
    expect(await host.t.reject(runId, { by: lead, reason: 'too much' })).toMatchObject({
      status: 'failed',
      error: {
        details: { code: 'REVIEW_REJECTED' },
        cause: { message: expect.stringContaining('too much') },
      },
    });
    expect(till.paid).toEqual([]);
  });

  it('rejected: a model that chose it is told so, and goes on', async () => {
    host.t.models
      .on('please')
      .replyOnce({ toolCalls: [{ name: 'refund', arguments: { to: 'ann', amount: 50 } }] })
      .reply(({ messages }) => `I was told: ${messages.at(-1)?.content ?? ''}`);
    const { runId } = await host.t.run(ModelWorkflow, 'please');
    const result = await host.t.reject(runId, { by: lead, reason: 'too much' });
    expect(result).toMatchObject({
      status: 'completed',
      output: expect.stringMatching(/Error: .*rejected by lead: too much/),
    });
    expect(till.paid).toEqual([]);
    expect(host.t.models.calls).toHaveLength(2);
  });

  it('at its output: was called, and goes on only when the result has been seen', async () => {
    const { runId } = await host.t.run(RefundWorkflow, { tool: 'quote', to: 'ann', amount: 7 });
    expect(till.paid).toEqual(['quote for ann']);
    expect(await reviewOf(runId)).toMatchObject({ proposed: { price: 14 } });
    expect(await host.t.edit(runId, { price: 12 }, { by: lead })).toMatchObject({ output: { price: 12 } });
    expect(till.paid).toEqual(['quote for ann']);
  });

  it('of items: each item has its own, and continues by itself; one that is skipped gives nothing', async () => {
    const { runId } = await host.t.run(GiftsWorkflow, ['ann', 'bob', 'eve']);
    const { items } = await host.t.module.get(ReviewService).list({ runId });
    expect(items.map(({ item }) => item).toSorted()).toEqual([0, 1, 2]);
    const of = (item: number) => items.find((one) => one.item === item)?.id ?? '';
    await host.t.approve(of(2), { by: lead });
    expect(await host.t.reject(of(1), { by: lead })).toMatchObject({ status: 'waiting' });
    expect(await host.t.approve(of(0), { by: lead })).toMatchObject({
      status: 'completed',
      output: ['wrapped', 'nothing', 'wrapped'],
    });
    expect(till.paid.toSorted()).toEqual(['gift for ann', 'gift for eve']);
    expect(await recordsOf(host.t, runId, 'call.completed')).toHaveLength(3);
  });
});
