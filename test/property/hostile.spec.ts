import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Injectable, Logger } from '@nestjs/common';
import * as fc from 'fast-check';
import {
  escalate,
  Guardrail,
  HumanReview,
  Input,
  ReviewService,
  SignalPayload,
  Step,
  StepContext,
  StepCtx,
  Tool,
  Workflow,
} from 'nestjs-nestor';
import { StepExecution } from '../../lib/database/index.js';
import { stores } from '../e2e/host.js';
import { lead } from '../e2e/gate/people.js';
import { sharedHost } from '../e2e/shared-host.js';
import { hostile, type Maker, makers } from './hostile-values.js';

/** What the run that continues at the moment is given. */
let make: Maker = () => undefined;
/** How often the method of the step was begun. */
let performed = 0;
const attempts = 2;

@Injectable()
class Tools {
  @Tool({ description: 'takes anything', effect: 'idempotent', retry: { attempts: 1 } })
  async take(_: unknown): Promise<unknown> {
    return 'taken';
  }
  @Tool({ description: 'gives anything', effect: 'idempotent', retry: { attempts: 1 } })
  async give(_: { readonly a: number }): Promise<unknown> {
    return make();
  }
  @Tool({ description: 'throws anything', effect: 'idempotent', retry: { attempts: 1 } })
  async fail(_: { readonly a: number }): Promise<unknown> {
    throw make();
  }
  @Tool({ description: 'throws anything, and cannot be repeated', effect: 'irreversible' })
  async pay(_: { readonly a: number }): Promise<unknown> {
    throw make();
  }
}

@Injectable()
class Rules {
  @Guardrail({ at: 'step.output', workflows: ['hostile-reason'] })
  look() {
    return escalate(make() as string);
  }
}

/** What the method of the step does with the value. */
const ways = {
  returns: () => make(),
  throws: () => {
    throw make();
  },
  'rejects with': () => Promise.reject(make() as Error),
  'calls a tool with': (tools: Tools) => tools.take(make()),
  'gets from a tool': (tools: Tools) => tools.give({ a: 1 }),
  'calls a tool that throws': (tools: Tools) => tools.fail({ a: 1 }),
  'makes an irreversible call that throws': (tools: Tools) => tools.pay({ a: 1 }),
  remembers: (_: Tools, context: StepContext) => context.once('it', () => make()),
  'throws while it remembers': (_: Tools, context: StepContext) =>
    context.once('it', () => {
      throw make();
    }),
  'reports as progress': (_: Tools, context: StepContext) => context.progress(make() as never),
} satisfies Record<string, (tools: Tools, context: StepContext) => unknown>;
type Way = keyof typeof ways;

@Workflow({ name: 'hostile' })
class HostileWorkflow {
  constructor(private readonly tools: Tools) {}
  @Step({ retry: { attempts, initialDelay: 1, jitter: 'none' } })
  act(@Input() way: Way, @StepCtx() context: StepContext): unknown {
    performed += 1;
    return ways[way](this.tools, context);
  }
}

@Workflow({ name: 'hostile-reason' })
class ReasonWorkflow {
  @Step() act() {
    performed += 1;
    return 'fine';
  }
}

@Workflow({ name: 'hostile-listener', result: 'hear' })
class ListeningWorkflow {
  @Step() @HumanReview({ roles: ['lead'], at: 'before' }) asked() {
    return 'asked';
  }
  @Step({ waitFor: 'word' }) hear(@SignalPayload() word: unknown) {
    return word;
  }
}

describe.each(stores)('whatever a host hands in (%s)', (store) => {
  const shared = sharedHost(store, [Tools, Rules, HostileWorkflow, ReasonWorkflow, ListeningWorkflow]);
  const unhandled: unknown[] = [];
  const note = (reason: unknown) => void unhandled.push(reason);
  beforeAll(() => {
    for (const level of ['warn', 'error'] as const)
      jest.spyOn(Logger.prototype, level).mockImplementation(() => undefined);
    process.on('unhandledRejection', note);
  });
  afterAll(() => {
    process.off('unhandledRejection', note);
    jest.restoreAllMocks();
  });
  beforeEach(() => void (unhandled.length = 0));

  /** It ends, or waits for somebody; its records are whole and can be read by everybody. */
  const isInOrder = async (runId: string) => {
    const { t, host } = shared;
    let result = await t.result(runId);
    // Time brings nobody else any further.
    if (result.status === 'waiting' && result.waitingFor.some((wait) => wait.for === 'timer')) {
      await t.clock.advance('1m');
      result = await t.result(runId);
    }
    const { status } = result;
    expect(['completed', 'failed', 'cancelled', 'waiting', 'paused']).toContain(status);
    expect(await t.audit.verify(runId)).toMatchObject({ ok: true });
    await t.audit.timeline(runId);
    if (host.database) await host.database.dataSource.manager.findBy(StepExecution, { runId });
    return status;
  };
  const isQuiet = async () => {
    await new Promise((resolve) => setImmediate(resolve));
    expect(unhandled).toEqual([]);
  };

  const acting = async (way: Way, maker: Maker) => {
    make = maker;
    performed = 0;
    const handle = await shared.t.start(HostileWorkflow, way);
    await isInOrder(handle.id);
    expect(performed).toBeLessThanOrEqual(attempts);
    await isQuiet();
  };

  it.each(Object.keys(hostile))(
    'a step that has to do with %s ends, and is made no more often than it may',
    async (name) => {
      for (const way of Object.keys(ways) as Way[]) await acting(way, hostile[name]!);
    },
  );

  it('holds for any value in any place', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...(Object.keys(ways) as Way[])),
        makers,
        async (way, { make: maker }) => acting(way, maker),
      ),
      { numRuns: store === 'memory' ? 80 : 25 },
    );
  });

  it.each(Object.keys(hostile))('a guardrail whose reason is %s', async (name) => {
    make = hostile[name]!;
    performed = 0;
    const handle = await shared.t.start(ReasonWorkflow, undefined as never);
    await isInOrder(handle.id);
    expect(performed).toBe(1);
    await isQuiet();
  });

  it.each(Object.keys(hostile))(
    '%s as input, tag, key or attribute is taken or refused, and leaves nothing half done',
    async (name) => {
      const { t } = shared;
      const value = hostile[name]!;
      const starts = [
        () => t.start(ListeningWorkflow, value() as never),
        () => t.start(ListeningWorkflow, undefined as never, { tags: [value() as string] }),
        () => t.start(ListeningWorkflow, undefined as never, { correlationId: value() as string }),
        () => t.start(ListeningWorkflow, undefined as never, { idempotencyKey: value() as string }),
        () =>
          t.start(ListeningWorkflow, undefined as never, { principal: { id: value() as string, roles: [] } }),
        () =>
          t.start(ListeningWorkflow, undefined as never, {
            principal: { id: 'a', roles: [value() as string] },
          }),
        () =>
          t.start(ListeningWorkflow, undefined as never, {
            principal: { id: 'a', roles: [], attributes: { value: value() as never } },
          }),
      ];
      for (const start of starts) {
        // A refusal is an answer, too.
        const handle = await start().catch((error: unknown) => expect(error).toBeInstanceOf(Error));
        if (handle) await isInOrder(handle.id);
        await isQuiet();
      }
    },
  );

  it.each(Object.keys(hostile))(
    '%s as signal, reason or comment never keeps a run from being ended',
    async (name) => {
      const { t } = shared;
      const value = hostile[name]!;
      const reviews = t.module.get(ReviewService, { strict: false });
      const handle = await t.start(ListeningWorkflow, undefined as never);
      expect((await handle.idle()).status).toBe('waiting');
      const [review] = (await reviews.list({ runId: handle.id })).items;
      const refusedOrTaken = async (work: () => unknown) => {
        try {
          await work();
        } catch (error) {
          expect(error).toBeInstanceOf(Error);
        }
        await isInOrder(handle.id);
        await isQuiet();
      };
      await refusedOrTaken(() => reviews.comment(review!.id, value() as string, { by: lead } as never));
      await refusedOrTaken(() => reviews.approve(review!.id, { by: lead, reason: value() as string }));
      await refusedOrTaken(() => handle.signal(value() as string, 'x'));
      await refusedOrTaken(() => handle.signal('word', value()));
      await refusedOrTaken(() => handle.pause(value() as string));
      await refusedOrTaken(() => handle.cancel(value() as string));
      await t.orchestrator
        .handle(handle.id)
        .cancel('enough')
        .catch(() => undefined);
      expect(['cancelled', 'completed']).toContain(await isInOrder(handle.id));
    },
  );
});
