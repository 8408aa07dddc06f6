import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Injectable, Logger } from '@nestjs/common';
import {
  Agent,
  AgentService,
  type ConcurrencyLimit,
  HumanReview,
  Input,
  Item,
  ModelService,
  Step,
  Tool,
  ToolService,
  Workflow,
} from 'nestjs-nestor';
import { recordsOf } from '../e2e/gate/records.js';
import { type Host, openHost, stores } from '../e2e/host.js';

/** Calls in flight, which end when the test says so. */
class Desk {
  readonly begun: string[] = [];
  private readonly open = new Map<string, () => void>();
  inFlight = 0;
  most = 0;
  /** Whether calls end by themselves. */
  isQuick = false;

  async work(name: string): Promise<string> {
    this.begun.push(name);
    this.inFlight += 1;
    this.most = Math.max(this.most, this.inFlight);
    if (this.isQuick) await new Promise((resolve) => setImmediate(resolve));
    else await new Promise<void>((resolve) => this.open.set(name, resolve));
    this.inFlight -= 1;
    return name;
  }

  end(name: string): void {
    this.open.get(name)?.();
    this.open.delete(name);
  }

  endAll(): void {
    this.isQuick = true;
    for (const name of this.open.keys()) this.end(name);
  }
}

let desk: Desk;

class Page {
  text!: string;
}

class Printer {
  @Tool({ description: 'Prints a page' })
  printPage({ text }: Page): Promise<string> {
    return desk.work(text);
  }

  @Tool({ description: 'Prints' })
  print(text: string): Promise<string> {
    return desk.work(text);
  }

  @Tool({ description: 'Prints once', effect: 'irreversible' })
  @HumanReview({ roles: [] })
  printRead(text: string): Promise<string> {
    return desk.work(text);
  }
}

@Injectable()
class Bindery {
  constructor(private readonly printer: Printer) {}

  /** Prints as a part of it. */
  @Tool({ description: 'Binds' })
  async bind(text: string): Promise<string> {
    return `bound ${await this.printer.print(text)}`;
  }
}

const once = { attempts: 1 };

@Injectable()
class Press {
  constructor(private readonly printer: Printer) {}

  /** What it has begun can't begin again. */
  @Tool({ description: 'Presses', effect: 'irreversible', onInDoubt: 'fail' })
  press(text: string): Promise<string> {
    return this.printer.print(text);
  }
}

@Workflow()
class PressWorkflow {
  constructor(private readonly press: Press) {}

  @Step({ retry: { attempts: 1 } })
  print(@Input() text: string): Promise<string> {
    return this.press.press(text);
  }
}

@Workflow()
class UndoWorkflow {
  constructor(private readonly printer: Printer) {}

  @Step({ compensate: 'undo' })
  order(@Input() text: string): string {
    return text;
  }

  async undo(): Promise<void> {
    await this.printer.print('undone');
  }

  @Step({ after: 'order', retry: { attempts: 1 } })
  fail(): string {
    throw new Error('it can not be done');
  }
}

@Workflow()
class PrintWorkflow {
  constructor(private readonly printer: Printer) {}

  @Step({ retry: once })
  print(@Input() text: string): Promise<string> {
    return this.printer.print(text);
  }
}

@Workflow()
class ReadWorkflow {
  constructor(private readonly printer: Printer) {}

  @Step({ retry: once })
  print(@Input() text: string): Promise<string> {
    return this.printer.printRead(text);
  }
}

@Workflow()
class ManyWorkflow {
  constructor(private readonly printer: Printer) {}

  @Step({ retry: once })
  print(@Input() texts: string[]): Promise<string[]> {
    return Promise.all(texts.map((text) => this.printer.print(text)));
  }
}

@Workflow()
class EachWorkflow {
  constructor(private readonly printer: Printer) {}

  @Step({ forEach: { over: ({ input }) => input as string[], concurrency: 20 }, retry: once })
  print(@Item() text: string, @Input() _: string[]): Promise<string> {
    return this.printer.print(text);
  }
}

@Workflow()
class BindWorkflow {
  constructor(private readonly bindery: Bindery) {}

  @Step({ retry: once })
  bind(@Input() text: string): Promise<string> {
    return this.bindery.bind(text);
  }
}

@Workflow()
class AskWorkflow {
  constructor(private readonly models: ModelService) {}

  @Step({ retry: once })
  async ask(@Input() prompt: string): Promise<string> {
    return (await this.models.generate({ prompt, maxTokens: 100 })).text;
  }
}

@Agent({ instructions: 'clerk', tools: () => [Printer], maxTokens: 1_000 })
class ClerkAgent {}

@Workflow()
class DeskWorkflow {
  constructor(private readonly agents: AgentService) {}

  @Step({ retry: once })
  async ask(@Input() question: string): Promise<string> {
    return (await this.agents.run(ClerkAgent, question)).output as string;
  }
}

const of = (tenant: string) => ({ principal: { id: `ann of ${tenant}`, roles: [], tenant } });
const soon = () => new Promise((resolve) => setTimeout(resolve, 5));

async function until(isSo: () => boolean | Promise<boolean>, meanwhile = soon): Promise<void> {
  for (let turn = 0; turn < 400; turn++) {
    if (await isSo()) return;
    await meanwhile();
  }
  throw new Error(`it did not come to that: begun ${desk.begun.join(', ')}`);
}

describe.each(stores)('limits for calls in flight (%s)', (store) => {
  let host: Host;
  beforeEach(() => {
    Logger.overrideLogger(false);
    desk = new Desk();
  });
  afterEach(async () => {
    desk.endAll();
    await host.close();
  });

  async function open(...concurrencyLimits: ConcurrencyLimit[]): Promise<void> {
    host = await openHost(
      store,
      [
        Printer,
        Bindery,
        Press,
        PressWorkflow,
        UndoWorkflow,
        PrintWorkflow,
        ReadWorkflow,
        ManyWorkflow,
        EachWorkflow,
        BindWorkflow,
        AskWorkflow,
        ClerkAgent,
        DeskWorkflow,
      ],
      { concurrencyLimits },
    );
  }
  const print = (text: string, tenant = 'acme') => host.t.start(PrintWorkflow, text, of(tenant));
  const statusOf = async (runId: string) => (await host.t.orchestrator.handle(runId).state()).status;
  const idle = (runId: string) => host.t.result(runId);
  const inTime = (isSo: () => boolean | Promise<boolean>) => until(isSo, () => host.t.clock.advance(500));
  /** Until nothing changes any more, while time goes on. */
  async function settle(rounds = 6): Promise<void> {
    for (let round = 0; round < rounds; round++) {
      await host.t.clock.advance(500);
      await soon();
    }
  }

  it('let as many through as they say; the others wait a moment in the process, and go on at once', async () => {
    await open({ scope: 'tool', for: 'print', calls: 2 });
    const runs = await Promise.all(['a', 'b', 'c'].map((text) => print(text)));
    await until(() => desk.begun.length === 2);
    await soon();
    expect(desk.begun).toHaveLength(2);
    desk.end(desk.begun[0] ?? '');
    await until(() => desk.begun.length === 3);
    desk.endAll();
    for (const run of runs) expect(await run.result()).toMatchObject({ status: 'completed' });
    expect(desk.most).toBe(2);
  });

  it('give a run back that waits for long, and wake it as soon as there is room', async () => {
    await open({ scope: 'tool', calls: 1 });
    await print('a');
    await until(() => desk.begun.length === 1);
    const second = await print('b');
    await inTime(async () => (await statusOf(second.id)) === 'waiting');
    expect(await idle(second.id)).toMatchObject({
      waitingFor: [{ for: 'calls', limit: 'calls of tool print', step: 'print' }],
    });
    desk.end('a');
    await settle();
    await until(() => desk.begun.length === 2);
    desk.endAll();
    expect(await second.result()).toMatchObject({ status: 'completed', output: 'b' });
    expect(desk.most).toBe(1);
  });

  it('let tenants take turns: one that asks for little does not wait behind one that asks for much', async () => {
    await open({ scope: 'tool', calls: 1 });
    await Promise.all(Array.from({ length: 30 }, (_, index) => print(`acme ${index}`, 'acme')));
    await until(() => desk.begun.length === 1);
    await settle(4);
    const small = await print('globex', 'globex');
    for (let count = 1; count < 8 && !desk.begun.includes('globex'); count++) {
      await settle(4);
      desk.end(desk.begun.at(-1) ?? '');
      await settle(2);
    }
    await until(() => desk.begun.includes('globex'));
    expect(desk.begun.indexOf('globex')).toBeLessThan(6);
    desk.endAll();
    expect(await small.result()).toMatchObject({ status: 'completed' });
  });

  it('keep no process from ending: who waits in line is given back', async () => {
    await open({ scope: 'tool', calls: 2 });
    await Promise.all([print('a'), print('a too')]);
    await until(() => desk.begun.length === 2);
    await print('b');
    await soon();
    await host.t.clock.advance(600);
    const last = await print('c');
    await soon();
    // The turn of this process is over: what it gives back now it leaves to others for a moment.
    await host.t.clock.advance(500);
    desk.endAll();
    await soon();
    expect([desk.begun.length, await statusOf(last.id)]).toEqual([2, 'running']);
    const isClosed = host.close().then(() => true);
    const late = new Promise((resolve) => setTimeout(resolve, 5_000, false));
    expect(await Promise.race([isClosed, late])).toBe(true);
  });

  it('count the calls of a tenant, of models and tools, and those of no other', async () => {
    await open({ scope: 'tenant', calls: 1 }, { scope: 'tenant', for: 'globex', calls: 2 });
    await print('a', 'acme');
    await until(() => desk.begun.length === 1);
    host.t.models.on(/hello/).reply('hi');
    const ask = await host.t.start(AskWorkflow, 'hello', of('acme'));
    await print('b', 'globex');
    await print('c', 'globex');
    await until(() => desk.begun.length === 3);
    await settle(3);
    await inTime(async () => (await statusOf(ask.id)) === 'waiting');
    expect(await idle(ask.id)).toMatchObject({
      waitingFor: [{ for: 'calls', limit: 'calls of tenant acme' }],
    });
    // One without a tenant is nobody's.
    await host.t.start(PrintWorkflow, 'd');
    await until(() => desk.begun.length === 4);
    desk.end('a');
    await settle();
    expect(await ask.result()).toMatchObject({ status: 'completed', output: 'hi' });
  });

  it('are split by `key`, and leave out what `skipIf` says', async () => {
    await open({
      scope: 'tool',
      calls: 1,
      key: ({ tenant }) => tenant,
      skipIf: ({ tenant }) => tenant === 'free',
    });
    await Promise.all([print('a', 'acme'), print('b', 'acme'), print('c', 'globex')]);
    await Promise.all([print('d', 'free'), print('e', 'free')]);
    await until(() => desk.begun.length === 4);
    await soon();
    expect(desk.begun.filter((text) => 'ab'.includes(text))).toHaveLength(1);
    expect(desk.begun).toEqual(expect.arrayContaining(['c', 'd', 'e']));
  });

  it('count no call within one that has its place: it would wait for itself', async () => {
    await open({ scope: 'tenant', calls: 1 });
    const bound = await host.t.start(BindWorkflow, 'a', of('acme'));
    await until(() => desk.begun.length === 1);
    desk.end('a');
    expect(await bound.result()).toMatchObject({ status: 'completed', output: 'bound a' });
  });

  it('keep calls of one step in the process as long as others of it are in flight', async () => {
    await open({ scope: 'tool', calls: 2 });
    const many = await host.t.start(ManyWorkflow, ['a', 'b', 'c', 'd', 'e'], of('acme'));
    for (let count = 2; count <= 5; count++) {
      await until(() => desk.begun.length === count);
      await host.t.clock.advance('2s');
      expect(desk.inFlight).toBe(2);
      desk.end(desk.begun[count - 2] ?? '');
      await host.t.clock.advance(200);
    }
    desk.endAll();
    expect(await many.result()).toMatchObject({ status: 'completed', output: ['a', 'b', 'c', 'd', 'e'] });
    expect(await host.t.history(many.id)).not.toContain('step.waiting');
  });

  it('let all items of a list have their turn', async () => {
    await open({ scope: 'tool', calls: 2 });
    const texts = Array.from({ length: 12 }, (_, index) => `${index}`);
    const each = await host.t.start(EachWorkflow, texts, of('acme'));
    await until(() => desk.begun.length === 2);
    await settle(3);
    expect(desk.begun).toHaveLength(2);
    desk.endAll();
    await settle(10);
    expect(await each.result()).toMatchObject({ status: 'completed', output: texts });
    expect(desk.most).toBe(2);
  });

  it('refuse a call where they say `fail`, which is on record', async () => {
    await open({ scope: 'tool', calls: 1, onExceeded: 'fail' });
    await print('a');
    await until(() => desk.begun.length === 1);
    const refused = await (await print('b')).result();
    expect(refused).toMatchObject({ status: 'failed', error: { code: 'RUN_FAILED' } });
    expect(JSON.stringify(refused)).toContain('tool print may have 1 call in flight, and there is one');
    expect(await host.t.history(refused.runId)).toContain('policy.denied print');
  });

  it('refuse a call outside of runs, after a second', async () => {
    await open({ scope: 'tool', calls: 1 });
    await print('a');
    await until(() => desk.begun.length === 1);
    const tools = host.t.module.get(ToolService, { strict: false });
    const call = host.t.asSystem(() => tools.call('print', 'b'));
    const outcome = call.then(
      () => 'done',
      (error: { code: string; retryAfter: number }) => `${error.code} ${error.retryAfter}`,
    );
    await soon();
    await host.t.clock.advance('1s');
    expect(await outcome).toBe('RATE_LIMIT_EXCEEDED 1000');
  });

  it('refuse a call within an irreversible one after 30 seconds', async () => {
    await open({ scope: 'tool', for: 'print', calls: 1 });
    await print('a');
    await until(() => desk.begun.length === 1);
    const press = await host.t.start(PressWorkflow, 'b', of('acme'));
    await until(
      async () => (await statusOf(press.id)) === 'failed',
      () => host.t.clock.advance('5s'),
    );
    const [intended] = await recordsOf(host.t, press.id, 'call.intended');
    const [denied] = await recordsOf(host.t, press.id, 'policy.denied');
    expect(denied).toMatchObject({ payload: { rule: 'concurrency limit', name: 'print' } });
    const waited = Date.parse(denied?.at ?? '') - Date.parse(intended?.at ?? '');
    expect(waited).toBeGreaterThanOrEqual(30_000);
    expect(desk.begun).toEqual(['a']);
  });

  it('let a compensation wait as long as it takes', async () => {
    await open({ scope: 'tool', for: 'print', calls: 1 });
    await print('a');
    await until(() => desk.begun.length === 1);
    const undo = await host.t.start(UndoWorkflow, 'b', of('acme'));
    for (let waited = 0; waited < 40; waited += 5) await host.t.clock.advance('5s');
    expect(desk.begun).toEqual(['a']);
    expect(await statusOf(undo.id)).toBe('running');
    desk.end('a');
    await inTime(() => desk.begun.includes('undone'));
    desk.endAll();
    expect(await undo.result()).toMatchObject({ status: 'failed' });
    expect(await host.t.history(undo.id)).toContain('step.compensated order');
    expect(await recordsOf(host.t, undo.id, 'policy.denied')).toEqual([]);
  });

  it('ask a person first, and take a place only for the call itself', async () => {
    await open({ scope: 'tool', calls: 1 });
    const read = await host.t.start(ReadWorkflow, 'a', of('acme'));
    await until(async () => (await statusOf(read.id)) === 'waiting');
    await print('b');
    await until(() => desk.begun.includes('b'));
    await host.t.start(ReadWorkflow, 'c', of('acme'));
    desk.endAll();
    const approved = await host.t.approve(read.id, { by: { id: 'lea', roles: [], tenant: 'acme' } });
    expect(approved).toMatchObject({ status: 'completed', output: 'a' });
  });

  it('have their place back from a run that is cancelled', async () => {
    await open({ scope: 'tool', calls: 1 });
    const first = await print('a');
    await until(() => desk.begun.length === 1);
    await first.cancel('enough');
    await settle(3);
    await print('b');
    await settle(3);
    await until(() => desk.begun.includes('b'));
  });

  it('let an agent make calls together of which only some have a place', async () => {
    await open({ scope: 'tool', for: 'printPage', calls: 1 });
    desk.isQuick = true;
    const { models } = host.t;
    const toolCalls = ['x', 'y', 'z'].map((text, index) => ({
      id: `${index}`,
      name: 'printPage',
      arguments: { text },
    }));
    models.on('clerk').replyOnce({ toolCalls }).reply('done');
    const run = await host.t.start(DeskWorkflow, 'print', of('acme'));
    await settle(4);
    expect(await run.result()).toMatchObject({ status: 'completed', output: 'done' });
    expect(desk.begun.toSorted()).toEqual(['x', 'y', 'z']);
    expect(desk.most).toBe(1);
  });
});
