import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Injectable } from '@nestjs/common';
import { IsString } from 'class-validator';
import { Input, Item, Step, StepContext, StepCtx, Tool, Workflow } from 'nestjs-nestor';
import { type Host, openHost, stores } from '../host.js';
import { lead } from './people.js';
import { recordsOf, story } from './records.js';

class Payment {
  readonly to!: string;
}

class Receipt {
  @IsString() number!: string;
}

/** Below the tools. */
@Injectable()
class Bank {
  readonly paid: string[] = [];
  /** How often an attempt fails after its calls. */
  failures = 0;

  pay(to: string) {
    this.paid.push(to);
    return `receipt ${to}`;
  }
}

@Injectable()
class Payments {
  constructor(private readonly bank: Bank) {}

  @Tool({ description: 'Pays', effect: 'irreversible' })
  async pay({ to }: Payment) {
    return this.bank.pay(to);
  }

  @Tool({ description: 'Pays, and answers what is not a receipt', effect: 'irreversible', output: Receipt })
  async payBadly({ to }: Payment) {
    return { was: this.bank.pay(to) };
  }

  @Tool({ description: 'Notes', effect: 'idempotent' })
  async note({ to }: Payment) {
    return this.bank.pay(`note ${to}`);
  }

  @Tool({ description: 'Pays by a tool of its own', effect: 'irreversible' })
  async payAround({ to }: Payment) {
    return this.pay({ to: `inner ${to}` });
  }
}

type Plan = (payments: Payments, ctx: StepContext) => Promise<unknown>;

/** What the step of the next run does, and its fallback. */
@Injectable()
class Script {
  plan: Plan = async () => undefined;
  fallback: Plan = async () => undefined;
}

@Workflow()
class DriftWorkflow {
  constructor(
    private readonly script: Script,
    private readonly payments: Payments,
    private readonly bank: Bank,
  ) {}

  @Step({ retry: { attempts: 2, initialDelay: 1 }, fallback: 'otherwise' })
  async act(@Input() _: string, @StepCtx() ctx: StepContext) {
    const result = await this.script.plan(this.payments, ctx);
    if (this.bank.failures > 0) {
      this.bank.failures -= 1;
      throw new Error('not this time');
    }
    return result;
  }

  otherwise(@StepCtx() ctx: StepContext) {
    return this.script.fallback(this.payments, ctx);
  }
}

@Workflow()
class EachWorkflow {
  constructor(
    private readonly script: Script,
    private readonly payments: Payments,
  ) {}

  @Step({ forEach: ({ input }: { input: string[] }) => input, retry: { attempts: 2, initialDelay: 1 } })
  async act(@Item() item: string, @StepCtx() ctx: StepContext): Promise<unknown> {
    const result = await this.script.plan(
      { pay: () => this.payments.pay({ to: `${item} ${ctx.attempt}` }) } as never,
      ctx,
    );
    if (item === 'b' && ctx.attempt === 1) throw new Error('not this time');
    return result;
  }
}

describe.each(stores)(
  'a new attempt that asks for an irreversible call with other arguments (%s)',
  (store) => {
    let host: Host;
    let bank: Bank;
    let script: Script;
    beforeAll(async () => {
      host = await openHost(store, [Bank, Payments, Script, DriftWorkflow, EachWorkflow]);
      bank = host.t.module.get(Bank);
      script = host.t.module.get(Script);
    });
    afterAll(() => host.close());
    beforeEach(() => {
      bank.paid.length = 0;
      bank.failures = 1;
      script.fallback = async () => undefined;
    });

    const run = (plan: Plan) => {
      script.plan = plan;
      return host.t.run(DriftWorkflow, 'x');
    };
    /** Ann in the first attempt, bob in the second. */
    const drifting: Plan = (payments, ctx) => payments.pay({ to: ctx.attempt === 1 ? 'ann' : 'bob' });
    const openReview = async (runId: string) =>
      (await recordsOf(host.t, runId, 'review.requested')).at(-1)?.payload;

    it('stops and asks a person, with both on record, and performs nothing', async () => {
      const result = await run(drifting);
      expect(result).toMatchObject({ status: 'waiting', waitingFor: [{ for: 'review', step: 'act' }] });
      expect(bank.paid).toEqual(['ann']);
      expect(await story(host.t, result.runId)).toEqual([
        'run.created',
        'call.intended pay',
        'call.completed pay',
        'step.failed act',
        'call.diverged pay',
        'review.requested act',
        'step.waiting act',
        'run.waiting',
      ]);
      const [completed] = await recordsOf(host.t, result.runId, 'call.completed');
      expect(await recordsOf(host.t, result.runId, 'call.diverged')).toMatchObject([
        {
          payload: {
            arguments: { to: 'bob' },
            remembered: completed?.payload.key,
            rememberedArguments: { to: 'ann' },
          },
        },
      ]);
      expect(await openReview(result.runId)).toMatchObject({
        kind: 'diverged',
        proposed: { to: 'bob' },
        choices: ['approve', 'answer', 'reject'],
        reason: expect.stringMatching(/"ann".*was made.*"bob"/),
      });
    });

    it('stops also where the first call was made and its result was refused', async () => {
      const result = await run(async (payments, ctx) => {
        if (ctx.attempt > 1) return payments.payBadly({ to: 'bob' });
        await payments.payBadly({ to: 'ann' }).catch(() => undefined);
        throw new Error('not this time');
      });
      expect(await recordsOf(host.t, result.runId, 'call.failed')).toMatchObject([
        { payload: { performed: true, error: { code: 'OUTPUT_VALIDATION' } } },
      ]);
      expect(result).toMatchObject({ status: 'waiting', waitingFor: [{ for: 'review', step: 'act' }] });
      expect(bank.paid).toEqual(['ann']);
    });

    it('makes it when a person says that both are meant, and asks no second time', async () => {
      const { runId } = await run(async (payments, ctx) => [
        await drifting(payments, ctx),
        await payments.pay({ to: 'carl' }),
        ctx.attempt === 1 ? undefined : await payments.pay({ to: 'dora' }),
      ]);
      expect(bank.paid).toEqual(['ann', 'carl']);
      const result = await host.t.approve(runId, { by: lead });
      expect(result).toMatchObject({
        status: 'completed',
        output: ['receipt bob', 'receipt carl', 'receipt dora'],
      });
      expect(bank.paid).toEqual(['ann', 'carl', 'bob', 'dora']);
      expect(await recordsOf(host.t, runId, 'call.diverged')).toHaveLength(1);
    });

    it('goes on with the result that a person gives', async () => {
      const { runId } = await run(drifting);
      const result = await host.t.answer(runId, 'receipt ann', { by: lead });
      expect(result).toMatchObject({ status: 'completed', output: 'receipt ann' });
      expect(bank.paid).toEqual(['ann']);
    });

    it('stops the step when a person says so', async () => {
      script.fallback = async (payments) => payments.note({ to: 'fallback' });
      const { runId } = await run(drifting);
      const result = await host.t.reject(runId, { by: lead, reason: 'once is enough' });
      expect(result).toMatchObject({ status: 'failed', error: { details: { code: 'REVIEW_REJECTED' } } });
      expect(bank.paid).toEqual(['ann']);
    });

    it('stops also after a crash, where the first attempt was cut off', async () => {
      bank.failures = 0;
      let round = 0;
      const crashed = new Promise<void>((resolve) => {
        script.plan = async (payments) => {
          round += 1;
          const receipt = await payments.pay({ to: `try ${round}` });
          if (round > 1) return receipt;
          void host.t.crashAt('append').then(resolve);
          return payments.note({ to: 'never on record' });
        };
      });
      const { id } = await host.t.start(DriftWorkflow, 'x');
      await crashed;
      await host.t.recover();
      expect(await host.t.result(id)).toMatchObject({ status: 'waiting' });
      expect(bank.paid.filter((to) => to.startsWith('try'))).toEqual(['try 1']);
      expect(await openReview(id)).toMatchObject({ kind: 'diverged' });
    });

    it('holds for what ctx.once does under another name', async () => {
      const { runId } = await run((_, ctx) =>
        ctx.once(`pay ${ctx.attempt}`, () => bank.pay(`once ${ctx.attempt}`), { effect: 'irreversible' }),
      );
      expect(bank.paid).toEqual(['once 1']);
      expect(await recordsOf(host.t, runId, 'call.diverged')).toMatchObject([
        { payload: { name: 'pay 2', rememberedArguments: { name: 'pay 1' } } },
      ]);
    });

    it('just makes the call where a repeat does no harm', async () => {
      const result = await run(async (payments, ctx) => {
        await ctx.once(`mark ${ctx.attempt}`, () => bank.pay(`mark ${ctx.attempt}`));
        return payments.note({ to: `${ctx.attempt}` });
      });
      expect(result).toMatchObject({ status: 'completed', output: 'receipt note 2' });
      expect(bank.paid).toEqual(['mark 1', 'note 1', 'mark 2', 'note 2']);
    });

    it('makes one call more than before in a loop, and stops at the first that has changed', async () => {
      bank.failures = 0;
      const list =
        (names: readonly string[]): Plan =>
        async (payments, ctx) => {
          for (const to of names) await payments.pay({ to });
          if (ctx.attempt === 1) throw new Error('not this time');
          return 'done';
        };
      const more = await run((payments, ctx) => list(ctx.attempt === 1 ? ['a'] : ['a', 'b'])(payments, ctx));
      expect(more).toMatchObject({ status: 'completed' });
      expect(bank.paid).toEqual(['a', 'b']);
      bank.paid.length = 0;
      const other = await run((payments, ctx) =>
        list(ctx.attempt === 1 ? ['a', 'b'] : ['a', 'c', 'd'])(payments, ctx),
      );
      expect(other).toMatchObject({ status: 'waiting' });
      expect(bank.paid).toEqual(['a', 'b']);
    });

    it('makes the calls of Promise.all that are missing, in whatever order the others claim theirs', async () => {
      bank.failures = 0;
      const result = await run(async (payments, ctx) => {
        const names = ctx.attempt === 1 ? ['b', 'c'] : ['a', 'b', 'c'];
        const all = await Promise.all(names.map(async (to) => payments.pay({ to })));
        if (ctx.attempt === 1) throw new Error('not this time');
        return all;
      });
      expect(result).toMatchObject({ status: 'completed', output: ['receipt a', 'receipt b', 'receipt c'] });
      expect(bank.paid).toEqual(['b', 'c', 'a']);
    });

    it('makes what is missing of ctx.once also before the others have claimed theirs', async () => {
      bank.failures = 0;
      const result = await run(async (_, ctx) => {
        const names = ctx.attempt === 1 ? ['b'] : ['a', 'b'];
        const all = await Promise.all(
          names.map((to) => ctx.once(to, () => bank.pay(to), { effect: 'irreversible' })),
        );
        if (ctx.attempt === 1) throw new Error('not this time');
        return all;
      });
      expect(result).toMatchObject({ status: 'completed', output: ['receipt a', 'receipt b'] });
      expect(bank.paid).toEqual(['b', 'a']);
    });

    it('counts what a remembered tool has called as asked for with it', async () => {
      const result = await run(async (payments, ctx) => [
        await payments.payAround({ to: 'ann' }),
        ...(ctx.attempt === 1 ? [] : [await payments.pay({ to: 'bob' })]),
      ]);
      expect(result).toMatchObject({ status: 'completed', output: ['receipt inner ann', 'receipt bob'] });
      expect(bank.paid).toEqual(['inner ann', 'bob']);
    });

    it('leaves a fallback free to make calls of its own', async () => {
      bank.failures = 2;
      script.fallback = (payments) => payments.pay({ to: 'fallback' });
      const result = await run((payments) => payments.pay({ to: 'ann' }));
      expect(result).toMatchObject({ status: 'completed', output: 'receipt fallback' });
      expect(bank.paid).toEqual(['ann', 'fallback']);
    });

    it('stops the one item of a forEach step, and not the others', async () => {
      script.plan = (payments) => payments.pay({ to: '' });
      const result = await host.t.run(EachWorkflow, ['a', 'b', 'c']);
      expect(result).toMatchObject({ status: 'waiting' });
      expect(bank.paid.toSorted()).toEqual(['a 1', 'b 1', 'c 1']);
      expect(await recordsOf(host.t, result.runId, 'call.diverged')).toMatchObject([
        { item: 1, payload: { arguments: { to: 'b 2' }, rememberedArguments: { to: 'b 1' } } },
      ]);
      expect(await host.t.answer(result.runId, 'found', { by: lead })).toMatchObject({
        status: 'completed',
        output: ['receipt a 1', 'found', 'receipt c 1'],
      });
    });
  },
);
