import { beforeEach, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import {
  Agent,
  AgentService,
  append,
  From,
  HumanReview,
  Input,
  Item,
  lastValue,
  maximum,
  type PerItem,
  reduced,
  sharedState,
  State,
  StateOf,
  stateTools,
  Step,
  StepContext,
  StepCtx,
  sum,
  Workflow,
} from 'nestjs-nestor';
import { lead } from './gate/people.js';
import { Latch } from './latch.js';
import { stores } from './host.js';
import { sharedHost } from './shared-host.js';

const board = sharedState('research', {
  notes: append(z.string()),
  best: maximum(),
  total: sum(),
  plan: lastValue<{ readonly steps: number }>(),
  seen: reduced<Record<string, number>, string>({}, (counts, word) => ({
    ...counts,
    [word]: (counts[word] ?? 0) + 1,
  })),
});

const world = { attempts: 0, first: new Latch(), second: new Latch() };

@Workflow({ result: 'read' })
class BranchesWorkflow {
  static readonly state = board;

  @Step() async left(@Input() _: unknown, @State(board) state: StateOf<typeof board>) {
    await state.update('notes', 'left');
    await state.update('best', 3);
    world.first.open();
    await world.second.opened;
    const mine = state.get('notes');
    return { mine, now: await state.latest('notes') };
  }

  @Step() async right(@Input() _: unknown, @State(board) state: StateOf<typeof board>) {
    await world.first.opened;
    await state.update('notes', 'right');
    await state.update('best', 7);
    await state.update('plan', { steps: 2 });
    await state.update('seen', 'word');
    world.second.open();
    return state.get('notes');
  }

  @Step() async read(
    @From('left') left: unknown,
    @From('right') right: unknown,
    @State(board) state: StateOf<typeof board>,
  ) {
    return {
      left,
      right,
      notes: state.get('notes'),
      best: state.get('best'),
      plan: state.get('plan'),
      seen: state.get('seen'),
      total: state.get('total'),
    };
  }
}

@Workflow({ result: 'read' })
class ItemsWorkflow {
  static readonly state = board;

  @Step() list(@Input() count: number) {
    return Array.from({ length: count }, (_, index) => index + 1);
  }

  @Step({
    forEach: { over: 'list', onError: 'collect' },
    retry: { attempts: 2, initialDelay: 1, jitter: 'none' },
  })
  async each(
    @Item() item: number,
    @State(board) state: StateOf<typeof board>,
    @StepCtx() context: StepContext,
  ): Promise<PerItem<number>> {
    const { attempt } = context;
    await state.update('total', item);
    // What comes before it is remembered by the next attempt.
    if (item === 3) await context.once('sent', () => true);
    if (item === 3) throw new Error('never');
    if (item === 2 && attempt === 1) throw new Error('not at once');
    return item;
  }

  @Step({ after: 'each' }) async read(@State(board) state: StateOf<typeof board>) {
    return state.get('total');
  }
}

@Workflow({ result: 'last' })
class RetriedWorkflow {
  static readonly state = board;

  @Step() async first(@Input() _: unknown, @State(board) state: StateOf<typeof board>) {
    await state.update('total', 1);
    return 1;
  }

  @Step({ after: 'first', retry: { attempts: 1 } })
  async second(@State(board) state: StateOf<typeof board>) {
    await state.update('total', 10);
    if ((world.attempts += 1) === 1) throw new Error('once');
    return 2;
  }

  @Step({ after: 'second' })
  @HumanReview({ roles: ['lead'], at: 'before' })
  async last(@State(board) state: StateOf<typeof board>) {
    return state.get('total');
  }
}

@Agent({ description: 'Takes notes', instructions: 'You take notes.', tools: () => [stateTools(board)] })
class NotingAgent {}

@Workflow({ result: 'read' })
class AgentsWorkflow {
  static readonly state = board;

  constructor(private readonly agents: AgentService) {}

  @Step() async note(@Input() topic: string) {
    return (await this.agents.run(NotingAgent, topic)).output;
  }

  @Step({ after: 'note' }) async read(@State(board) state: StateOf<typeof board>) {
    return state.get('notes');
  }
}

@Workflow()
class WrongWorkflow {
  static readonly state = board;

  @Step() async write(
    @Input() what: { readonly field: string; readonly update: unknown },
    @State(board) state: StateOf<typeof board>,
  ) {
    await state.update(what.field as 'notes', what.update as string);
  }
}

describe.each(stores)('a shared state (%s)', (store) => {
  const shared = sharedHost(store, [
    BranchesWorkflow,
    ItemsWorkflow,
    RetriedWorkflow,
    AgentsWorkflow,
    WrongWorkflow,
    NotingAgent,
  ]);
  beforeEach(() => {
    Object.assign(world, { attempts: 0, first: new Latch(), second: new Latch() });
    shared.t.models.calls.length = 0;
  });

  it('has one order of updates for all, and each branch sees what was there when it began, with its own', async () => {
    expect(await shared.t.run(BranchesWorkflow, 1)).toMatchObject({
      output: {
        left: { mine: ['left'], now: ['left', 'right'] },
        right: ['right'],
        notes: ['left', 'right'],
        best: 7,
        plan: { steps: 2 },
        seen: { word: 1 },
        total: 0,
      },
    });
  });

  it('drops what attempts have written that failed, and counts what the next attempt writes once', async () => {
    expect(await shared.t.run(ItemsWorkflow, 4)).toMatchObject({ output: 1 + 2 + 4 });
  });

  it('drops what a step has written that is started again, and is the same after a wait and a crash', async () => {
    const { t } = shared;
    const handle = await t.start(RetriedWorkflow, 1);
    expect(await handle.result()).toMatchObject({ status: 'failed' });
    await handle.retry({ from: 'first' });
    expect(await handle.idle()).toMatchObject({ status: 'waiting' });
    await t.recover();
    expect(await t.approve(handle.id, { by: lead })).toMatchObject({ output: 11 });
  });

  it('is taken over by a fork, as far as what has written it is', async () => {
    const { t } = shared;
    const { runId } = await t.run(ItemsWorkflow, 4);
    const forkOfEnd = await t.orchestrator.handle(runId).fork({ from: 'read' });
    expect(await forkOfEnd.result()).toMatchObject({ output: 1 + 2 + 4 });
    const forkOfItems = await t.orchestrator.handle(runId).fork({ from: 'each' });
    expect(await forkOfItems.result()).toMatchObject({ output: 1 + 2 + 4 });
  });

  it('is read and written by agents as tools, with the schema of each field', async () => {
    const { t } = shared;
    t.models
      .on(NotingAgent)
      .replyOnce({
        toolCalls: [
          { name: 'update_research_notes', arguments: { value: 'found it' } },
          { name: 'update_research_best', arguments: { value: 'many' } },
        ],
      })
      .replyOnce({ toolCalls: [{ name: 'read_research' }] })
      .replyOnce('Noted.');
    expect(await t.run(AgentsWorkflow, 'topic')).toMatchObject({ output: ['found it'] });
    const told = t.models.calls.map(({ messages }) => messages.at(-1));
    expect(told[1]).toMatchObject({ name: 'update_research_best', isError: true });
    expect(told[2]?.content).toBe('{"notes":["found it"],"best":null,"total":0,"plan":null,"seen":{}}');
  });

  it('refuses a field that there is none of, and an update that does not fit', async () => {
    const { t } = shared;
    expect(await t.run(WrongWorkflow, { field: 'note', update: 'x' })).toMatchObject({
      status: 'failed',
      error: { message: expect.stringContaining("has no field 'note'. Did you mean 'notes'?") },
    });
    expect(await t.run(WrongWorkflow, { field: 'notes', update: 7 })).toMatchObject({
      status: 'failed',
      error: { message: expect.stringContaining("an update of 'notes' of research") },
    });
  });
});
