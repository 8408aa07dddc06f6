import { beforeEach, describe, expect, it } from '@jest/globals';
import { Injectable } from '@nestjs/common';
import { Transform, Type } from 'class-transformer';
import { IsDate, IsIn, IsInt, IsNumber, IsOptional } from 'class-validator';
import {
  allow,
  From,
  Guardrail,
  type GuardrailSubject,
  HumanReview,
  Input,
  ReviewService,
  Step,
  Tool,
  ToolService,
  transform,
  Workflow,
} from 'nestjs-nestor';
import { z } from 'zod';
import { stores } from '../host.js';
import { sharedHost } from '../shared-host.js';
import { asker, lead, editor } from './people.js';
import { recordsOf } from './records.js';

interface Amount {
  amount: number;
}
class Whole {
  @IsInt() amount!: number;
}
class WithDefault extends Whole {
  @IsOptional() @IsIn(['EUR', 'USD']) currency: string = 'EUR';
}
class Due {
  @IsDate() @Type(() => Date) at!: Date;
}
class Doubling {
  @IsNumber() @Transform(({ value }) => (value as number) * 2) amount!: number;
}
const currency = z.object({ amount: z.coerce.number(), currency: z.string().default('EUR') });
const written = z.object({ amount: z.string().transform(Number) });
const moment = z.object({ at: z.coerce.date() });

/** What each tool really got. */
const performed: unknown[] = [];
function perform<T>(input: T): T {
  performed.push(input);
  return input;
}

/** What guardrails do at the moment. */
let rule: (amount: number) => ReturnType<typeof allow | typeof transform> = allow;

@Injectable()
class Rules {
  @Guardrail({ at: 'tool.call', tools: ['payGuarded'] })
  look({ value }: GuardrailSubject) {
    return rule((value as Amount).amount);
  }

  @Guardrail({ at: 'step.output', workflows: ['letter'] })
  sign({ value }: GuardrailSubject) {
    return transform(`${String(value)} (signed)`, 'every letter is signed');
  }
}

@Injectable()
class Bank {
  @Tool({ description: 'pays', effect: 'irreversible' })
  @HumanReview({ roles: ['lead'] })
  async pay(input: Amount) {
    return perform(input).amount;
  }
  @Tool({ description: 'pays without asking', effect: 'irreversible' })
  async payAtOnce(input: Amount) {
    return perform(input).amount;
  }
  @Tool({ description: 'pays a class', effect: 'irreversible' })
  @HumanReview({ roles: ['lead'] })
  async payWhole(input: Whole) {
    return perform(input).amount;
  }
  @Tool({ description: 'has a default', effect: 'irreversible' })
  @HumanReview({ roles: ['lead'] })
  async payWithDefault(input: WithDefault) {
    return perform({ ...input, isInstance: input instanceof WithDefault });
  }
  @Tool({ description: 'has a schema', effect: 'irreversible', input: currency })
  @HumanReview({ roles: ['lead'] })
  async payCurrency(input: z.infer<typeof currency>) {
    return perform(input);
  }
  @Tool({ description: 'reads numbers', effect: 'irreversible', input: written })
  @HumanReview({ roles: ['lead'] })
  async payWritten(input: z.infer<typeof written>) {
    return perform(input);
  }
  @Tool({ description: 'pays what guardrails leave', effect: 'irreversible' })
  @HumanReview({ roles: ['lead'] })
  async payGuarded(input: Amount) {
    return perform(input).amount;
  }
  @Tool({ description: 'takes a date', effect: 'idempotent' })
  async remind({ at }: Due) {
    return perform(at instanceof Date ? at.getTime() : 'not a date');
  }
  @Tool({ description: 'doubles', effect: 'idempotent' })
  async double(input: Doubling) {
    return perform(input).amount;
  }
  @Tool({ description: 'its schema gives a date', effect: 'idempotent', input: moment })
  async schedule(input: z.infer<typeof moment>) {
    return perform(input.at);
  }
}

class Money {
  constructor(readonly amount: number) {}
  get doubled() {
    return this.amount * 2;
  }
}

/** Calls of code that cannot be trusted with its own objects. */
const ways: Record<string, (bank: Bank) => Promise<unknown>> = {
  'a toJSON that lies': (bank) => bank.pay({ amount: 1_000_000, toJSON: () => ({ amount: 10 }) } as Amount),
  'a toJSON that lies, to a class': (bank) =>
    bank.payWhole({ amount: 1_000_000, toJSON: () => ({ amount: 10 }) } as Amount),
  'a getter that counts': (bank) => {
    let reads = 0;
    return bank.pay({
      get amount() {
        return ++reads < 2 ? 10 : 1_000_000;
      },
    });
  },
  'a getter that counts, to a class': (bank) => {
    let reads = 0;
    return bank.payWhole({
      get amount() {
        return ++reads < 2 ? 10 : 1_000_000;
      },
    });
  },
  'an object that is changed right after the call': (bank) => {
    const input = { amount: 10 };
    const paying = bank.pay(input);
    input.amount = 1_000_000;
    return paying;
  },
  'one object for three calls': (bank) => {
    const input = { amount: 0 };
    return Promise.all(
      [1, 2, 3].map((amount) => {
        input.amount = amount;
        return bank.payAtOnce(input);
      }),
    );
  },
  'a class default': (bank) => bank.payWithDefault({ amount: 10 } as WithDefault),
  'a schema default': (bank) =>
    bank.payCurrency({ amount: '10', note: 'dropped' } as unknown as z.infer<typeof currency>),
  'a schema that converts': (bank) => bank.payWritten({ amount: '10' } as unknown as z.infer<typeof written>),
  'a guarded call': (bank) => bank.payGuarded({ amount: 5000 }),
  'a date': (bank) => bank.pay({ amount: new Date(0) } as never),
  'a buffer': (bank) => bank.pay({ amount: Buffer.from('10') } as never),
  'a map': (bank) => bank.pay(new Map([['amount', 10]]) as never),
  'an instance with behaviour': (bank) => bank.pay(new Money(10)),
  'a date to a class': (bank) => bank.remind({ at: new Date(5) }),
  'a transform that is not idempotent': (bank) => bank.double({ amount: 5 }),
  'a schema whose output is not JSON': (bank) => bank.schedule({ at: new Date(5) }),
};

@Workflow()
class CallsWorkflow {
  constructor(private readonly bank: Bank) {}
  @Step({ retry: { attempts: 1 } }) act(@Input() way: string) {
    return ways[way]!(this.bank);
  }
}

@Workflow({ name: 'letter', result: 'send' })
class LetterWorkflow {
  @Step() @HumanReview({ roles: ['lead'] }) write(@Input() text: string) {
    return text;
  }
  @Step() send(@From('write') text: string) {
    return text;
  }
}

describe.each(stores)('what is approved is what is performed (%s)', (store) => {
  const shared = sharedHost(store, [Bank, Rules, CallsWorkflow, LetterWorkflow]);
  beforeEach(() => {
    performed.length = 0;
    rule = allow;
  });

  /** Runs it, approves all that it asks, and says what was shown each time. */
  const approving = async (way: string, meanwhile: () => void = () => undefined) => {
    const { t } = shared;
    const reviews = t.module.get(ReviewService, { strict: false });
    let result = await t.run(CallsWorkflow, way, { principal: asker });
    const shown: unknown[] = [];
    while (result.status === 'waiting' && shown.length < 4) {
      const { items } = await reviews.list({ runId: result.runId });
      shown.push(items[0]?.proposed);
      meanwhile();
      result = await t.approve(result.runId, { by: lead });
    }
    const failure = result.status === 'failed' ? result.error.cause : undefined;
    return { shown, result, failure };
  };

  it.each([
    'a toJSON that lies, to a class',
    'a getter that counts',
    'a getter that counts, to a class',
    'an object that is changed right after the call',
  ])('%s: the value of the moment of the call is shown and performed', async (way) => {
    const { shown, result } = await approving(way);
    expect(result).toMatchObject({ status: 'completed', output: 10 });
    expect(shown).toEqual([{ amount: 10 }]);
    expect(performed).toMatchObject([{ amount: 10 }]);
  });

  it('one object for three calls: each is performed with what it held then, and so the records say', async () => {
    const { result } = await approving('one object for three calls');
    expect(result).toMatchObject({ status: 'completed', output: [1, 2, 3] });
    expect(performed).toEqual([{ amount: 1 }, { amount: 2 }, { amount: 3 }]);
    const calls = await recordsOf(shared.t, result.runId, 'call.completed');
    expect(calls.map(({ payload }) => [payload.arguments, payload.result])).toEqual([
      [{ amount: 1 }, 1],
      [{ amount: 2 }, 2],
      [{ amount: 3 }, 3],
    ]);
  });

  it.each([
    ['a class default', { amount: 10, currency: 'EUR' }],
    ['a schema default', { amount: 10, currency: 'EUR' }],
    ['a schema that converts', { amount: 10 }],
  ])('%s: the arguments are shown as the schema made them, and approved once', async (way, final) => {
    const { shown, result } = await approving(way);
    expect(result.status).toBe('completed');
    expect(shown).toEqual([final]);
    const isInstance = way === 'a class default' ? { isInstance: true } : {};
    expect(performed).toEqual([{ ...final, ...isInstance }]);
  });

  it.each(['a toJSON that lies', 'a date', 'a buffer', 'a map', 'an instance with behaviour'])(
    '%s is refused where no schema says what becomes of it',
    async (way) => {
      const { failure } = await approving(way);
      expect(failure).toMatchObject({
        code: 'PAYLOAD',
        message: expect.stringContaining('the arguments of tool pay'),
      });
      expect(performed).toEqual([]);
    },
  );

  it('a date reaches a class that makes a date of its JSON', async () => {
    expect((await approving('a date to a class')).result.status).toBe('completed');
    expect(performed).toEqual([5]);
  });

  it.each([
    ['a transform that is not idempotent', 'INPUT_VALIDATION', '$.amount'],
    ['a schema whose output is not JSON', 'PAYLOAD', '$.at'],
  ])('%s is refused, with the path', async (way, code, path) => {
    const { failure } = await approving(way);
    expect(failure).toMatchObject({ code, message: expect.stringContaining(path) });
    expect(performed).toEqual([]);
  });

  it('a guardrail that changes its mind cannot change what was approved: a person sees it again', async () => {
    let asked = 0;
    rule = () =>
      asked++ < 1 ? transform({ amount: 10 }, 'lowered') : transform({ amount: 1_000_000 }, 'raised');
    const { shown, result } = await approving('a guarded call');
    expect(shown).toEqual([{ amount: 10 }, { amount: 1_000_000 }]);
    expect(performed).toEqual([{ amount: 1_000_000 }]);
    expect(result.status).toBe('completed');
  });

  it('a limit that was lowered after the approval makes another question', async () => {
    let limit = 10;
    rule = (amount) => (amount > limit ? transform({ amount: limit }, 'capped') : allow());
    const { shown } = await approving('a guarded call', () => (limit = 4));
    expect(shown).toEqual([{ amount: 10 }, { amount: 4 }]);
    expect(performed).toEqual([{ amount: 4 }]);
  });

  it('a guardrail that adds to the value every time is approved once', async () => {
    rule = (amount) => transform({ amount: amount + 1 }, 'a fee');
    const { shown } = await approving('a guarded call');
    expect(shown).toEqual([{ amount: 5001 }]);
    expect(performed).toEqual([{ amount: 5001 }]);
  });

  it('an edit that guardrails change is put before a person again', async () => {
    const { t } = shared;
    const waiting = await t.run(CallsWorkflow, 'a guarded call', { principal: asker });
    rule = (amount) => (amount > 100 ? transform({ amount: 100 }, 'capped') : allow());
    expect(await t.edit(waiting.runId, { amount: 300 }, { by: editor })).toMatchObject({ status: 'waiting' });
    expect(performed).toEqual([]);
    expect(await t.approve(waiting.runId, { by: lead })).toMatchObject({ status: 'completed' });
    expect(performed).toEqual([{ amount: 100 }]);
  });

  it('an output that a guardrail signs is signed once, before the approval', async () => {
    const { t } = shared;
    const waiting = await t.run(LetterWorkflow, 'dear', { principal: asker });
    expect(waiting.status).toBe('waiting');
    const result = await t.approve(waiting.runId, { by: lead });
    expect(result).toMatchObject({ status: 'completed' });
    const [review] = await recordsOf(t, waiting.runId, 'review.requested');
    expect(review?.payload.proposed).toBe('dear (signed)');
    const steps = await recordsOf(t, waiting.runId, 'step.completed');
    expect(steps.find(({ step }) => step === 'write')?.payload.output).toBe('dear (signed)');
  });

  it('a call outside any run is made with the arguments of its moment', async () => {
    const input = { amount: 7 };
    const paying = shared.t.module.get(ToolService, { strict: false }).call('payAtOnce', input);
    input.amount = 1_000_000;
    expect(await paying).toBe(7);
    expect(performed).toEqual([{ amount: 7 }]);
  });
});
