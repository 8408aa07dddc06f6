import { Injectable } from '@nestjs/common';
import {
  delegate,
  From,
  HumanReview,
  Input,
  Item,
  ItemIndex,
  type PerItem,
  SignalPayload,
  Step,
  StepContext,
  StepCtx,
  Tool,
  Workflow,
} from 'nestjs-nestor';
import { Effects } from './effects.js';

export interface Mail {
  readonly run: string;
  readonly key: string;
}

@Injectable()
export class MailTool {
  constructor(private readonly effects: Effects) {}

  @Tool({ description: 'Sends a mail', effect: 'irreversible', timeout: '2s' })
  async send({ run, key }: Mail): Promise<{ sent: boolean }> {
    await this.effects.happen('tool', { run, step: 'send', iteration: 0, key });
    return { sent: true };
  }
}

/** Every hundredth order takes down whatever process works on it: it is to fail, and no other run with it. */
function isKiller(order: number): boolean {
  return order % 100 === 50;
}

/** What a step of another run stands and waits for. */
@Workflow({ name: 'chaos-child', result: 'part' })
export class ChaosChildWorkflow {
  constructor(private readonly effects: Effects) {}

  @Step() async start(@Input() order: number, @StepCtx() context: StepContext) {
    await happen(this.effects, context);
    return order;
  }

  @Step() async part(@From('start') order: number, @StepCtx() context: StepContext) {
    await happen(this.effects, context);
    return order;
  }
}

/** A bit of everything that a run can be in the middle of. */
@Workflow({ name: 'chaos', result: 'end' })
export class ChaosWorkflow {
  constructor(
    private readonly effects: Effects,
    private readonly mail: MailTool,
  ) {}

  @Step() async first(@Input() order: number, @StepCtx() context: StepContext) {
    await this.happen(context);
    if (isKiller(order)) await this.effects.die('killed by its run');
    return order;
  }

  @Step() async left(@From('first') order: number, @StepCtx() context: StepContext) {
    await this.happen(context);
    return order + 1;
  }

  @Step({ retry: { attempts: 3, initialDelay: 20, jitter: 'none' } })
  async shaky(@From('first') order: number, @StepCtx() context: StepContext) {
    await this.happen(context);
    if (context.attempt === 1) throw new Error('not at once');
    return order + 2;
  }

  /** Its own orders are below zero, so that none of them is a killer. */
  @Step({ delegate: ChaosChildWorkflow }) async handOut(
    @From('first') order: number,
    @StepCtx() context: StepContext,
  ) {
    await this.happen(context);
    return delegate(ChaosChildWorkflow, -order);
  }

  @Step() async list(@From('first') order: number, @StepCtx() context: StepContext) {
    await this.happen(context);
    return [order, order + 1, order + 2, order + 3];
  }

  @Step({ forEach: 'list' })
  async each(
    @Item() item: number,
    @ItemIndex() index: number,
    @StepCtx() context: StepContext,
  ): Promise<PerItem<number>> {
    await this.happen(context, index);
    return item * 2;
  }

  @Step()
  async send(@From('left') _left: number, @From('shaky') _shaky: number, @StepCtx() context: StepContext) {
    await this.happen(context);
    return this.mail.send({ run: context.runId, key: context.idempotencyKey });
  }

  @Step({ transactional: true })
  async book(@From('each') items: readonly number[], @StepCtx() context: StepContext) {
    await this.happen(context);
    await context.manager.query('INSERT INTO booking (run, key) VALUES ($1, $2)', [
      context.runId,
      context.idempotencyKey,
    ]);
    return items.length;
  }

  @Step({ waitFor: 'go', after: 'send' })
  async signalled(@SignalPayload() payload: unknown, @StepCtx() context: StepContext) {
    await this.happen(context);
    return String(payload);
  }

  @Step()
  @HumanReview({ roles: ['lead'] })
  async reviewed(@From('signalled') signalled: string, @StepCtx() context: StepContext) {
    await this.happen(context);
    return signalled;
  }

  @Step()
  async end(
    @From('reviewed') reviewed: string,
    @From('book') count: number,
    @From('handOut') handedOut: unknown,
    @StepCtx() context: StepContext,
  ) {
    await this.happen(context);
    return { reviewed, count, handedOut: Number(handedOut) };
  }

  private happen(context: StepContext, item?: number): Promise<void> {
    return happen(this.effects, context, item);
  }
}

function happen(effects: Effects, context: StepContext, item?: number): Promise<void> {
  const { runId: run, step, iteration, idempotencyKey: key } = context;
  return effects.happen('step', { run, step, iteration, key, ...(item === undefined ? {} : { item }) });
}
