import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Injectable, Logger } from '@nestjs/common';
import {
  From,
  HumanReview,
  Input,
  Item,
  lastValue,
  ModelService,
  type PerItem,
  type Principal,
  type StateOf,
  sharedState,
  State,
  Step,
  StepContext,
  Workflow,
} from 'nestjs-nestor';
import { recordsOf } from '../e2e/gate/records.js';
import { type Host, openHost, stores } from '../e2e/host.js';

interface Order {
  readonly number: string;
  readonly note: string;
}

const ran: string[] = [];
let failures = 0;

@Injectable()
class Prices {
  factor = 2;
}

@Workflow()
class QuoteWorkflow {
  constructor(
    private readonly prices: Prices,
    private readonly models: ModelService,
  ) {}

  @Step({
    retry: { attempts: 1 },
    cache: { ttl: '1h', key: ({ input }) => (input as Order).number, version: '3' },
  })
  async quote(@Input() { number, note }: Order) {
    ran.push(`quote ${number} ${note}`);
    if (failures-- > 0) throw new Error('not now');
    const { text } = await this.models.generate({ prompt: `price of ${number}` });
    return { number, text, factor: this.prices.factor };
  }

  @Step()
  end(@From('quote') quote: object) {
    ran.push('end');
    return quote;
  }
}

@Workflow()
class ItemsWorkflow {
  @Step({ forEach: ({ input }) => input as readonly string[], cache: { ttl: '1h', key: () => 'all' } })
  one(@Item() word: string): PerItem<string> {
    ran.push(`one ${word}`);
    return word.toUpperCase();
  }

  @Step()
  end(@From('one') words: string[]) {
    return words;
  }
}

const person = (id: string, tenant?: string): Principal => ({
  id,
  roles: [],
  ...(tenant === undefined ? {} : { tenant }),
});
const ann = person('ann', 'acme');

describe.each(stores)('outputs of steps that are given again (%s)', (store) => {
  let host: Host;
  let number = 0;
  let order: string;
  beforeAll(async () => {
    Logger.overrideLogger(false);
    host = await openHost(store, [Prices, QuoteWorkflow, ItemsWorkflow]);
    host.t.models.on(/price/).reply('10');
  });
  afterAll(() => host.close());
  beforeEach(() => {
    failures = 0;
    ran.length = 0;
    number += 1;
    order = `order ${store} ${number}`;
    host.t.models.calls.length = 0;
  });
  const run = (note: string, principal = ann) =>
    host.t.run(QuoteWorkflow, { number: order, note }, { principal });

  it('are on record with the activation that they come from, and what its calls had used', async () => {
    const first = await run('first');
    const second = await run('second');
    expect(second).toMatchObject({ status: 'completed', usage: { calls: 0, usd: 0 } });
    expect(second.status === 'completed' && second.output).toEqual(
      first.status === 'completed' && first.output,
    );
    expect(ran).toEqual([`quote ${order} first`, 'end', 'end']);
    expect(host.t.models.calls).toHaveLength(1);
    const [quote, end] = await recordsOf(host.t, second.runId, 'step.completed');
    expect(quote?.payload).toMatchObject({
      via: 'cache',
      from: { runId: first.runId, call: expect.stringMatching(/^[0-9a-f]{64}$/), saved: first.usage },
    });
    expect(end?.payload).not.toHaveProperty('via');
    expect(await host.t.asSystem(() => host.t.audit.verify(second.runId))).toMatchObject({ ok: true });
    const handle = host.t.orchestrator.handle(second.runId);
    expect(await host.t.asSystem(() => handle.replay({ bodies: true }))).toMatchObject({ divergences: [] });
  });

  it('are for those of the tenant', async () => {
    await run('first');
    await run('second', person('bob', 'acme'));
    await run('third', person('ann', 'globex'));
    await run('fourth', person('ann'));
    expect(ran.filter((each) => each !== 'end')).toEqual([
      `quote ${order} first`,
      `quote ${order} third`,
      `quote ${order} fourth`,
    ]);
  });

  it('are not kept of what has failed', async () => {
    failures = 1;
    expect(await run('first')).toMatchObject({ status: 'failed' });
    expect(await run('second')).toMatchObject({ status: 'completed' });
    expect(ran).toEqual([`quote ${order} first`, `quote ${order} second`, 'end']);
  });

  it('of items are by their elements, and equal items of a run are one', async () => {
    const words = [`a${order}`, `b${order}`, `a${order}`];
    const done = await host.t.run(ItemsWorkflow, words, { principal: ann });
    expect(done).toMatchObject({ output: words.map((word) => word.toUpperCase()) });
    expect(ran.toSorted()).toEqual([`one a${order}`, `one b${order}`]);
    await host.t.run(ItemsWorkflow, [`b${order}`, `c${order}`], { principal: ann });
    expect(ran).toHaveLength(3);
  });
});

const board = sharedState('board', { notes: lastValue<string>() });

describe('a cache of a step', () => {
  const cache = { ttl: '1h', key: () => 'x' } as const;

  it.each<[string, () => new (...args: never[]) => object]>([
    ['compensate', () => stepWith({ compensate: 'undo' as never })],
    ['transactional', () => stepWith({ transactional: true })],
    ['waitFor', () => stepWith({ waitFor: 'signal' })],
    ["effect: 'irreversible'", () => stepWith({ effect: 'irreversible' })],
    ['a review', reviewed],
    ['@State', stateful],
  ])('is refused at boot beside %s', async (name, build) => {
    await expect(openHost('memory', [build()])).rejects.toMatchObject({
      message: expect.stringContaining(`has cache and ${name}:`),
    });
  });

  it('is refused at boot without a time or a key', async () => {
    await expect(openHost('memory', [stepWith({ cache: { scope: 'all' } as never })])).rejects.toMatchObject({
      message: expect.stringMatching(
        /cache\.scope is 'all'[\s\S]*cache\.ttl is missing[\s\S]*cache\.key is missing/,
      ),
    });
  });

  function stepWith(options: object) {
    @Workflow({ name: 'cached' })
    class CachedWorkflow {
      @Step({ cache, ...options })
      go(@Input() text: string, _: StepContext) {
        return text;
      }

      undo() {
        return undefined;
      }
    }
    return CachedWorkflow;
  }

  function reviewed() {
    @Workflow({ name: 'cached' })
    class CachedWorkflow {
      @Step({ cache })
      @HumanReview({ roles: ['lead'] })
      go(@Input() text: string) {
        return text;
      }
    }
    return CachedWorkflow;
  }

  function stateful() {
    @Workflow({ name: 'cached' })
    class CachedWorkflow {
      static readonly state = board;

      @Step({ cache })
      go(@State(board) state: StateOf<typeof board>) {
        return String(state);
      }
    }
    return CachedWorkflow;
  }
});
