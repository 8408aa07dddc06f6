import { Injectable } from '@nestjs/common';
import {
  delegate,
  From,
  HumanReview,
  Input,
  Item,
  type PerItem,
  SignalPayload,
  Step,
  StepContext,
  StepCtx,
  Tool,
  Workflow,
} from 'nestjs-nestor';

/**
 * Workflows whose runs are recorded: after a change to one of them they have to be recorded again, as a change of the format
 * would have to.
 */

/** What has really been performed. */
export const performed: string[] = [];

@Injectable()
export class Bank {
  @Tool({ description: 'pays', effect: 'irreversible' })
  async pay({ amount }: { readonly amount: number }) {
    performed.push(`pay ${amount}`);
    return `receipt of ${amount}`;
  }
}

@Injectable()
export class Desk {
  constructor(private readonly bank: Bank) {}

  @Tool({ description: 'pays through another tool', effect: 'idempotent' })
  async settle({ amount }: { readonly amount: number }) {
    return this.bank.pay({ amount });
  }

  @Tool({ description: 'asks first', effect: 'irreversible' })
  @HumanReview({ roles: ['lead'] })
  async refund({ amount }: { readonly amount: number }) {
    performed.push(`refund ${amount}`);
    return `refund of ${amount}`;
  }
}

@Workflow({ name: 'recorded-finished', result: 'total' })
export class FinishedWorkflow {
  constructor(private readonly desk: Desk) {}

  @Step() list(@Input() amounts: number[]) {
    return amounts;
  }
  @Step({ forEach: 'list', retry: { attempts: 2, initialDelay: 1, jitter: 'none' } })
  async pay(@Item() amount: number, @StepCtx() context: StepContext): Promise<PerItem<string>> {
    const receipt = await this.desk.settle({ amount });
    if (amount === 2 && context.attempt === 1) throw new Error('the line is down');
    return receipt;
  }
  @Step({ when: ({ input }) => (input as number[]).length > 5 }) many() {
    return 'many';
  }
  @Step() total(@From('pay') receipts: string[], @StepCtx() context: StepContext) {
    return context.once('count', () => receipts.length);
  }
}

@Workflow({ name: 'recorded-waiting' })
export class WaitingWorkflow {
  constructor(private readonly desk: Desk) {}

  @Step() async act(@Input() amount: number) {
    const receipt = await this.desk.settle({ amount });
    return [receipt, await this.desk.refund({ amount })];
  }
}

@Workflow({ name: 'recorded-child' })
export class ChildWorkflow {
  static readonly input = String;
  @Step({ waitFor: 'go' }) hear(@SignalPayload() word: string) {
    return word;
  }
}

@Workflow({ name: 'recorded-parent' })
export class ParentWorkflow {
  @Step({ delegate: ChildWorkflow }) child(@Input() text: string) {
    return delegate(ChildWorkflow, text);
  }
  @Step() end(@From('child') word: unknown) {
    return `${String(word)}!`;
  }
}

export const providers = [Bank, Desk, FinishedWorkflow, WaitingWorkflow, ChildWorkflow, ParentWorkflow];
