import { beforeEach, describe, expect, it } from '@jest/globals';
import { Injectable } from '@nestjs/common';
import { BudgetService, HumanReview, Input, ModelService, Step, Tool, Workflow } from 'nestjs-nestor';
import { stores } from '../host.js';
import { sharedHost } from '../shared-host.js';
import { asker, lead } from './people.js';
import { recordsOf, story } from './records.js';

interface Invoice {
  readonly of: string;
}

let receipts: string[] = [];
/** What the next bodies of `unsteady` do. */
let unsteady: (() => void)[] = [];

@Injectable()
class Bank {
  @Tool({ description: 'pays', effect: 'irreversible' })
  async pay(_: { readonly amount: number }) {
    const receipt = `receipt ${receipts.length + 1}`;
    receipts.push(receipt);
    return receipt;
  }
}

@Injectable()
class Ledger {
  @Tool({ description: 'looks up', effect: 'none' })
  async rate(_: { readonly of: string }) {
    receipts.push('rate');
    return 1;
  }
}

@Injectable()
class Books {
  constructor(
    private readonly bank: Bank,
    private readonly ledger: Ledger,
    private readonly models: ModelService,
  ) {}

  @Tool({ description: 'allows', effect: 'none' })
  @HumanReview({ roles: ['lead'] })
  async allowed(_: Invoice) {
    return true;
  }
  @Tool({ description: 'settles at once', effect: 'idempotent' })
  async settle({ of }: Invoice) {
    return `${of}: ${await this.bank.pay({ amount: 10 })}`;
  }
  @Tool({ description: 'settles after a person has looked', effect: 'idempotent' })
  async settleAllowed({ of }: Invoice) {
    await this.allowed({ of });
    return `${of}: ${await this.bank.pay({ amount: 10 })}`;
  }
  @Tool({
    description: 'pays, and then fails',
    effect: 'idempotent',
    retry: { attempts: 3, initialDelay: 1 },
  })
  async unsteady({ of }: Invoice) {
    await this.ledger.rate({ of });
    const receipt = await this.bank.pay({ amount: 10 });
    await this.ledger.rate({ of });
    unsteady.shift()?.();
    return receipt;
  }
  @Tool({ description: 'asks a model', effect: 'none' })
  async guess({ of }: Invoice) {
    return (await this.models.generate({ prompt: of, maxTokens: 10 })).text;
  }
}

@Workflow()
class TwoWorkflow {
  constructor(private readonly books: Books) {}
  @Step({ retry: { attempts: 1 } }) act(): Promise<string[]> {
    return Promise.all([this.books.settle({ of: 'a' }), this.books.settleAllowed({ of: 'b' })]);
  }
}

@Workflow()
class UnsteadyWorkflow {
  constructor(private readonly books: Books) {}
  @Step({ retry: { attempts: 1 } }) act(@Input() of: string) {
    return this.books.unsteady({ of });
  }
}

@Workflow({ budget: { calls: 1, onExceeded: 'pause' } })
class PausedWorkflow {
  constructor(
    private readonly books: Books,
    private readonly models: ModelService,
  ) {}
  @Step({ retry: { attempts: 1 } }) async act(): Promise<unknown> {
    const first = await this.models.generate({ prompt: 'first', maxTokens: 10 });
    const rest = await Promise.all([this.books.guess({ of: 'second' }), this.books.allowed({ of: 'c' })]);
    return [first.text, ...rest];
  }
}

describe.each(stores)('calls that tools make (%s)', (store) => {
  const shared = sharedHost(store, [Bank, Ledger, Books, TwoWorkflow, UnsteadyWorkflow, PausedWorkflow]);
  beforeEach(() => {
    receipts = [];
    unsteady = [];
  });

  it('two tools that each pay the same make two payments, also where one of them had to wait for a person', async () => {
    const { t } = shared;
    const { runId, status } = await t.run(TwoWorkflow, undefined as never, { principal: asker });
    expect(status).toBe('waiting');
    expect(receipts).toEqual(['receipt 1']);
    const result = await t.approve(runId, { by: lead });
    expect(result).toMatchObject({ status: 'completed', output: ['a: receipt 1', 'b: receipt 2'] });
    expect(receipts).toEqual(['receipt 1', 'receipt 2']);
  });

  it('a tool that is tried again after it has paid does not pay again, and looks up again what it read since', async () => {
    unsteady = [fail, fail];
    const result = await shared.t.run(UnsteadyWorkflow, 'x');
    expect(result).toMatchObject({ status: 'completed', output: 'receipt 2' });
    expect(receipts).toEqual(['rate', 'receipt 2', 'rate', 'rate', 'rate']);
    const calls = await recordsOf(shared.t, result.runId, 'call.completed');
    expect(calls.filter(({ payload }) => payload.name === 'pay')).toHaveLength(1);
  });

  it.each([
    ['review', 'paused'],
    ['budget', 'waiting'],
  ] as const)(
    'an attempt that waits for a budget and a person is woken by each: %s first',
    async (first, then) => {
      const { t } = shared;
      t.models.on('first').reply('1');
      t.models.on('second').reply('2');
      const { runId } = await t.run(PausedWorkflow, undefined as never, { principal: asker });
      const handle = t.orchestrator.handle(runId);
      const [waiting] = await recordsOf(t, runId, 'step.waiting');
      expect(waiting?.payload.waits.map((wait) => wait.for).toSorted()).toEqual(['budget', 'review']);
      const answer = () => t.approve(runId, { by: lead });
      const raise = async () => {
        await t.module.get(BudgetService, { strict: false }).raise({ runId }, { calls: 5 });
        return handle.idle();
      };
      const [one, other] = first === 'review' ? [answer, raise] : [raise, answer];
      expect(await one()).toMatchObject({ status: then });
      const completed = (await story(t, runId)).filter((line) => line.startsWith('call.completed'));
      expect(completed).toContain(first === 'review' ? 'call.completed allowed' : 'call.completed guess');
      expect(await other()).toMatchObject({ status: 'completed', output: ['1', '2', true] });
    },
  );
});

function fail(): never {
  throw new Error('the line is down');
}
