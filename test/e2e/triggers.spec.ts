import { EventEmitter2, EventEmitterModule } from '@nestjs/event-emitter';
import { Logger } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Input, NonRetryableError, StartEvery, StartOn, Step, StepContext, Workflow } from 'nestjs-nestor';
import { MetadataAccessor } from '../../lib/decorators/index.js';
import { CronTriggers, Engine } from '../../lib/engine/index.js';
import { openHost, stores } from './host.js';
import { sharedHost } from './shared-host.js';
import { until } from './until.js';

interface Ordered {
  readonly id: string;
  readonly by: string;
}

let done: string[] = [];

@StartOn('order.created', {
  map: (order: Ordered) => order.id,
  principal: (order: Ordered) => ({ id: order.by, roles: ['customer'] }),
})
@Workflow()
class OrderedWorkflow {
  @Step() confirm(@Input() id: string, ctx: StepContext) {
    if (id === 'bad') throw new NonRetryableError('no such order');
    done.push(`${id} for ${ctx.principal?.id ?? 'nobody'}`);
    return id;
  }
}

let mapped: () => unknown = () => 'fine';
let named: () => unknown = () => undefined;
@StartOn('order.mapped', {
  map: () => mapped() as string,
  principal: () => named() as { id: string; roles: string[] } | undefined,
})
@Workflow()
class MappedWorkflow {
  @Step() take(@Input() input: unknown) {
    return input;
  }
}

const thrower = () => {
  throw new Error('in the host');
};
const hostile: Readonly<Record<string, () => unknown>> = {
  throws: thrower,
  'throws no error': () => {
    throw { [Symbol.toPrimitive]: thrower } as unknown as Error;
  },
  'gives a promise': async () => 'later',
  'gives a promise that rejects': async () => thrower(),
  // oxlint-disable-next-line unicorn/no-thenable -- what a careless host hands in
  'gives a thing whose then throws': () => ({ then: thrower }),
  'gives what cannot be read': () =>
    new Proxy({}, { get: thrower, ownKeys: thrower, getPrototypeOf: thrower }),
  'gives a function': () => thrower,
};

const everyMorning = { cron: '0 7 * * *', input: { topic: 'news' } };

@StartEvery(everyMorning.cron, { input: everyMorning.input })
@Workflow()
class DigestWorkflow {
  @Step() digest(@Input() input: unknown) {
    done.push(JSON.stringify(input));
  }
}

let counted = 0;
const regions = [
  { input: 'eu' },
  { input: 'us' },
  { input: 'us', principal: { id: 'ada', roles: [] } },
  { input: () => `call ${++counted}` },
  { input: () => `call ${++counted}` },
  { input: 'eu', timeZone: 'Europe/Lisbon' },
];

@StartEvery('0 9 * * *', regions[0])
@StartEvery('0 9 * * *', regions[1])
@StartEvery('0 9 * * *', regions[2])
@StartEvery('0 9 * * *', regions[3])
@StartEvery('0 9 * * *', regions[4])
@StartEvery('0 9 * * *', regions[5])
@Workflow()
class ReportWorkflow {
  @Step() report(@Input() input: unknown) {
    return input;
  }
}

describe.each(stores)('triggers and events of the host (%s)', (store) => {
  const shared = sharedHost(
    store,
    [OrderedWorkflow, MappedWorkflow, DigestWorkflow, ReportWorkflow],
    {},
    { imports: [EventEmitterModule.forRoot()] },
  );
  const emitter = () => shared.t.module.get(EventEmitter2, { strict: false });
  beforeEach(() => {
    done = [];
    emitter().removeAllListeners('orchestration.step.completed');
  });

  it('an event of the host starts a run, for whom the event says', async () => {
    emitter().emit('order.created', { id: 'A1', by: 'ada' });
    await until('the run', () => done.length === 1);
    expect(done).toEqual(['A1 for ada']);
    const { items } = await shared.t.orchestrator.find({ workflow: 'ordered' });
    expect(items[0]?.principal).toMatchObject({ id: 'ada' });
  });

  it('an event that can start nothing harms nobody', async () => {
    emitter().emit('order.created', undefined);
    emitter().emit('order.created', { id: 'A2', by: 'ada' });
    await until('the run', () => done.length === 1);
    expect(done).toEqual(['A2 for ada']);
  });

  describe.each(Object.keys(hostile))('where a function of a trigger %s', (how) => {
    const unhandled: unknown[] = [];
    const note = (reason: unknown) => void unhandled.push(reason);
    let error: jest.SpiedFunction<Logger['error']>;
    beforeEach(() => {
      unhandled.length = 0;
      process.on('unhandledRejection', note);
      error = jest.spyOn(Logger.prototype, 'error').mockImplementation(() => undefined);
      mapped = () => 'fine';
      named = () => undefined;
    });
    afterEach(() => {
      process.off('unhandledRejection', note);
      error.mockRestore();
    });
    const said = async (line: RegExp) => {
      await until('the line', () => error.mock.calls.some(([text]) => line.test(String(text))));
      // What is handled late has been told by now: those tasks come before this one.
      await new Promise(setImmediate);
      expect(unhandled).toEqual([]);
    };

    it('`map`: no run begins, and a line names the event, the workflow and why', async () => {
      mapped = hostile[how] ?? thrower;
      emitter().emit('order.mapped', {});
      await said(/^The event order\.mapped could not start mapped: ./);
      const { items } = await shared.t.orchestrator.find({ workflow: 'mapped', status: 'completed' });
      expect(items).toEqual([]);
    });

    it('`principal`: the same', async () => {
      named = hostile[how] ?? thrower;
      emitter().emit('order.mapped', {});
      await said(/^The event order\.mapped could not start mapped: ./);
      const { items } = await shared.t.orchestrator.find({ workflow: 'mapped', status: 'completed' });
      expect(items).toEqual([]);
    });

    it('`input` of a schedule: the same', async () => {
      const triggers = shared.t.module.get(CronTriggers, { strict: false });
      await triggers.start(
        'mapped',
        { cron: '0 7 * * *', input: hostile[how] ?? thrower },
        Date.parse('2027-01-01'),
      );
      await said(/^@StartEvery\('0 7 \* \* \*'\) could not start mapped: ./);
      const { items } = await shared.t.orchestrator.find({ workflow: 'mapped', status: 'completed' });
      expect(items).toEqual([]);
    });
  });

  it('the host hears of runs and steps, with the records', async () => {
    const heard: { readonly name: string; readonly runId: string; readonly step?: string }[] = [];
    const hear = (name: string | string[], record: { readonly runId: string; readonly step?: string }) =>
      void heard.push({ name: String(name), ...record });
    emitter().onAny(hear);
    const good = await shared.t.run(OrderedWorkflow, 'A3');
    const bad = await shared.t.run(OrderedWorkflow, 'bad');
    const of = (runId: string) =>
      heard.filter((one) => one.runId === runId).map(({ name, step }) => (step ? `${name} ${step}` : name));
    await until('the last event', () => of(bad.runId).includes('orchestration.run.failed'));
    emitter().offAny(hear);
    expect(of(good.runId)).toEqual([
      'orchestration.run.started',
      'orchestration.step.completed confirm',
      'orchestration.run.completed',
    ]);
    expect(of(bad.runId)).toEqual([
      'orchestration.run.started',
      'orchestration.step.failed confirm',
      'orchestration.run.failed',
    ]);
  });

  it('listeners that throw or reject are a line in the log, harm nobody, and keep the event from no other', async () => {
    const unhandled: unknown[] = [];
    const note = (reason: unknown) => void unhandled.push(reason);
    process.on('unhandledRejection', note);
    const warn = jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
    const name = 'orchestration.step.completed';
    const heard: string[] = [];
    const rejecting = async () => Promise.reject(new Error('rejects before the others'));
    const throwing = () => {
      throw new Error('throws');
    };
    emitter().onAny(throwing);
    emitter().on(name, rejecting);
    emitter().on(name, throwing);
    // oxlint-disable-next-line unicorn/no-thenable -- what a careless host hands in
    emitter().on(name, () => ({ then: throwing }));
    emitter().once(name, async () => Promise.reject(new Error('rejects https://user:PASSWORDX@host/')));
    emitter().on(name, async () => {
      heard.push('the last');
    });
    for (const id of ['A4', 'A5'])
      expect(await shared.t.run(OrderedWorkflow, id)).toMatchObject({ status: 'completed' });
    const ofIt = () => warn.mock.calls.map(([line]) => String(line)).filter((line) => line.includes(name));
    await until('the lines', () => ofIt().length >= 9);
    emitter().offAny(throwing);
    process.off('unhandledRejection', note);
    const lines = ofIt();
    warn.mockRestore();
    expect(heard).toEqual(['the last', 'the last']);
    expect(unhandled).toEqual([]);
    const before = `A listener of ${name} threw: `;
    expect(lines.toSorted()).toEqual([
      ...Array.from({ length: 2 }, () => `${before}rejects before the others`),
      `${before}rejects https://***@host/`,
      ...Array.from({ length: 6 }, () => `${before}throws`),
    ]);
  });

  it('one planned time starts one run, however many instances there are', async () => {
    const due = Date.parse('2026-11-20T07:00:00Z');
    const other = await openHost(
      store,
      [OrderedWorkflow, DigestWorkflow],
      { role: 'start' },
      {
        imports: [EventEmitterModule.forRoot()],
        ...(shared.host.database ? { database: shared.host.database } : {}),
      },
    );
    const triggers = [shared.t, ...(store === 'database' ? [other.t] : [shared.t])].map((t) =>
      t.module.get(CronTriggers, { strict: false }),
    );
    await Promise.all(triggers.map((one) => one.start('digest', everyMorning, due)));
    await Promise.all(triggers.map((one) => one.start('digest', everyMorning, due + 86_400_000)));
    const { items } = await shared.t.orchestrator.find({ workflow: 'digest' });
    expect(items).toHaveLength(2);
    // Nobody tells this process of a run that the other one has started, unless there is a server.
    await shared.t.module.get(Engine, { strict: false }).worker.sweep();
    await Promise.all(items.map(({ id }) => shared.t.orchestrator.handle(id).result()));
    expect(done).toEqual(['{"topic":"news"}', '{"topic":"news"}']);
    await other.close();
  });

  it('every schedule of one time starts its run, each of them once', async () => {
    const triggers = shared.t.module.get(CronTriggers, { strict: false });
    const schedules = MetadataAccessor.ofClass(ReportWorkflow, 'nestjs-nestor:start-every') ?? [];
    const due = Date.parse('2026-12-01T09:00:00Z');
    for (const schedule of [...schedules, ...schedules]) await triggers.start('report', schedule, due);
    const { items } = await shared.t.orchestrator.find({ workflow: 'report' });
    expect(items).toHaveLength(regions.length);
  });
});
