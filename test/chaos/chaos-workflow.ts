import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import {
  AgentService,
  ConversationService,
  delegate,
  From,
  HumanReview,
  Input,
  Item,
  ItemIndex,
  type PerItem,
  SignalPayload,
  State,
  type StateOf,
  Step,
  StepContext,
  StepCtx,
  Tool,
  Workflow,
} from 'nestjs-nestor';
import { board, ChaosOuterAgent, ChaosTriageAgent } from './chaos-agents.js';
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

export interface Parcel {
  readonly run: string;
  readonly key: string;
}

/** Tools that call tools. */
@Injectable()
export class ParcelTool {
  constructor(
    private readonly effects: Effects,
    private readonly mail: MailTool,
  ) {}

  @Tool({ description: 'Gives out a number, another one each time', effect: 'idempotent' })
  async number({ run, key }: Parcel): Promise<string> {
    await this.effects.happen('nested', { run, step: 'number', iteration: 0, key });
    return randomUUID();
  }

  /** Two of them make equal calls: each has to get the answer of its own. */
  @Tool({ description: 'Packs a parcel', effect: 'idempotent' })
  async pack({ run, key, of }: Parcel & { readonly of: string }): Promise<{ of: string; number: string }> {
    return { of, number: await this.number({ run, key }) };
  }

  @Tool({ description: 'Hands the parcels over, and says so by mail', effect: 'idempotent' })
  async handOver({ run, key }: Parcel): Promise<{ sent: boolean }> {
    return this.mail.send({ run, key });
  }

  @Tool({ description: 'Refunds', effect: 'irreversible', timeout: '2s' })
  @HumanReview({ roles: ['lead'] })
  async refund({ run, key, amount }: Parcel & { readonly amount: number }): Promise<{ refunded: number }> {
    await this.effects.happen('tool', { run, step: 'refund', iteration: amount, key });
    return { refunded: amount };
  }
}

/** What no careful code throws, and other code does. */
const hostileErrors: readonly (() => unknown)[] = [
  () => new Error(`a long answer: ${'x'.repeat(3_000_000)}`),
  () => new Error('half an emoji \ud83d and NUL \0'),
  () => Object.defineProperty(new Error('x'), 'message', { get: refuse }),
  () => new Proxy({}, { get: refuse, getPrototypeOf: refuse, ownKeys: refuse }),
  () => Object.assign(new Error('later'), { retryAfter: Number.NaN }),
  () => Object.assign(new Error('much later'), { retryAfter: 1e17 }),
  () => Symbol('nothing'),
];

function refuse(): never {
  throw new Error('not to be read');
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
  static readonly state = board;

  constructor(
    private readonly effects: Effects,
    private readonly mail: MailTool,
    private readonly parcels: ParcelTool,
    private readonly agents: AgentService,
    private readonly conversations: ConversationService,
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

  /** Fails with what cannot be read, judged or stored, and then gives what has to be changed to be stored. */
  @Step({ retry: { attempts: 3, initialDelay: 20, jitter: 'none' } })
  async hostile(@From('first') order: number, @StepCtx() context: StepContext) {
    await this.happen(context);
    if (context.attempt < 3) throw hostileErrors[(order + context.attempt) % hostileErrors.length]!();
    return { text: 'a\0\ud83d', ['__proto__']: order, order };
  }

  @Step() async pack(@From('left') _: number, @StepCtx() context: StepContext) {
    await this.happen(context);
    const parcel = { run: context.runId, key: `${context.idempotencyKey} pack` };
    const packed = await Promise.all(['a', 'b'].map((of) => this.parcels.pack({ ...parcel, of })));
    await this.parcels.handOver({ ...parcel, key: `${context.idempotencyKey} handed over` });
    return packed;
  }

  @Step() async refund(@From('pack') _: unknown, @StepCtx() context: StepContext) {
    await this.happen(context);
    return this.parcels.refund({ run: context.runId, key: context.idempotencyKey, amount: 10 });
  }

  @Step() async solve(@From('left') _: number, @StepCtx() context: StepContext) {
    await this.happen(context);
    const errand = { run: context.runId, key: `${context.idempotencyKey} solve` };
    return (await this.agents.run(ChaosOuterAgent, errand)).output;
  }

  /** In a conversation of its own; others say more to it meanwhile. */
  @Step() async converse(@From('left') _: number, @StepCtx() context: StepContext) {
    await this.happen(context);
    const { runId: conversation, idempotencyKey } = context;
    await this.conversations.open({ id: conversation });
    const errand = { run: conversation, key: `${idempotencyKey} talk` };
    return (await this.agents.run(ChaosTriageAgent, errand, { conversation })).output;
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
    @State(board) state: StateOf<typeof board>,
  ): Promise<PerItem<number>> {
    await this.happen(context, index);
    await state.update('seen', `item ${index}`);
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
    @From('refund') _refund: unknown,
    @From('hostile') _hostile: unknown,
    @From('solve') _solved: unknown,
    @From('converse') _talked: unknown,
    @State(board) state: StateOf<typeof board>,
    @StepCtx() context: StepContext,
  ) {
    await this.happen(context);
    return { reviewed, count, handedOut: Number(handedOut), seen: state.get('seen') };
  }

  private happen(context: StepContext, item?: number): Promise<void> {
    return happen(this.effects, context, item);
  }
}

function happen(effects: Effects, context: StepContext, item?: number): Promise<void> {
  const { runId: run, step, iteration, idempotencyKey: key } = context;
  return effects.happen('step', { run, step, iteration, key, ...(item === undefined ? {} : { item }) });
}
