import { beforeEach, describe, expect, it } from '@jest/globals';
import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import {
  Agent,
  AgentService,
  delegate,
  From,
  any,
  elapsed,
  HumanReview,
  Input,
  maxToolCalls,
  maxTurns,
  ModelCallError,
  Step,
  Tool,
  toolCalled,
  Workflow,
} from 'nestjs-nestor';
import { stores } from '../host.js';
import { sharedHost } from '../shared-host.js';
import { lead } from '../gate/people.js';

const world = { done: [] as string[], clock: 0 };

class Query {
  readonly number!: string;
}

@Injectable()
class Articles {
  @Tool({ description: 'Searches articles', effect: 'none' })
  async search({ number }: Query) {
    world.done.push(`search ${number}`);
    return `article ${number}`;
  }
}

@Injectable()
class Desk {
  @Tool({ description: 'Signs', effect: 'irreversible' })
  @HumanReview({ roles: ['lead'] })
  async sign({ number }: Query) {
    world.done.push(`sign ${number}`);
  }
}

@Agent({
  description: 'Solves billing questions',
  instructions: (ticket: { shop: string }) =>
    `You work for ${ticket.shop}. It is ${(world.clock += 1)} o'clock.`,
  tools: () => [Articles],
  stopWhen: any(maxTurns(6), maxToolCalls(4), elapsed('1m')),
})
class BillingAgent {
  static readonly input = z.object({ shop: z.string(), question: z.string() });

  @Tool({ description: 'Finds an invoice', effect: 'none' })
  async findInvoice({ number }: Query) {
    world.done.push(`find ${number}`);
    return { number, usd: 12 };
  }

  @Tool({ description: 'Refunds an invoice', effect: 'irreversible' })
  @HumanReview({ roles: ['lead'] })
  async refund({ number }: Query) {
    world.done.push(`refund ${number}`);
    return `refunded ${number}`;
  }
}

@Agent({ instructions: 'You sort.', stopWhen: any(maxTurns(2), toolCalled('search')), tools: [Articles] })
class SortingAgent {
  static readonly output = z.object({ topic: z.string() });
}

@Agent({ instructions: 'You sort.', stopWhen: maxTurns(1), tools: [Articles], onStop: 'fail' })
class StrictAgent {}

@Workflow()
class DeskWorkflow {
  constructor(private readonly agents: AgentService) {}

  @Step({ retry: { attempts: 2, initialDelay: 1 } })
  async solve(@Input() question: string) {
    const { output, stop, turns, toolCalls, usage, messages } = await this.agents.run(BillingAgent, {
      shop: 'ACME',
      question,
    });
    return { output, condition: stop.condition, turns, toolCalls, calls: usage.calls, said: messages.length };
  }
}

@Workflow()
class TwiceWorkflow {
  constructor(
    private readonly agents: AgentService,
    private readonly desk: Desk,
  ) {}

  /** The step waits after the agent has ended. */
  @Step() async solve(@Input() question: string) {
    const { usage, cost, messages, text } = await this.agents.run(BillingAgent, { shop: 'ACME', question });
    await this.desk.sign({ number: text });
    return { calls: usage.calls, cost, said: messages.length, last: messages.at(-1)?.content };
  }
}

@Workflow({ result: 'answer' })
class HandOnWorkflow {
  @Step({ delegate: () => SortingAgent }) sort(@Input() mail: string) {
    return delegate(SortingAgent, mail);
  }

  @Step() answer(@From('sort') { topic }: { topic: string }) {
    return `about ${topic}`;
  }
}

const call = (name: string, ...numbers: string[]) => ({
  toolCalls: numbers.map((number) => ({ name, arguments: { number } })),
});

describe.each(stores)('an agent (%s)', (store) => {
  const shared = sharedHost(store, [
    Articles,
    BillingAgent,
    SortingAgent,
    StrictAgent,
    DeskWorkflow,
    Desk,
    TwiceWorkflow,
    HandOnWorkflow,
  ]);
  beforeEach(() => {
    world.done = [];
    shared.t.models.calls.length = 0;
  });
  /** Looks an invoice up, refunds it, answers. */
  const script = (question: string) =>
    shared.t.models
      .on(question)
      .replyOnce(call('findInvoice', '7'))
      .replyOnce(call('refund', '7'))
      .reply('It is refunded.');

  it('calls its own tools by their short names, waits for a person, and answers in a step', async () => {
    const { t } = shared;
    script('refund 7');
    const waiting = await t.run(DeskWorkflow, 'refund 7');
    expect(waiting.status).toBe('waiting');
    expect(world.done).toEqual(['find 7']);
    const result = await t.approve(waiting.runId, { by: lead });
    expect(result).toMatchObject({
      status: 'completed',
      output: { output: 'It is refunded.', condition: 'answered', turns: 3, toolCalls: 2, calls: 3, said: 6 },
    });
    expect(world.done).toEqual(['find 7', 'refund 7']);
    // A clock in the instructions, and a wait in between: no turn was asked twice.
    expect(t.models.calls).toHaveLength(3);
    const offered = t.models.calls[0]?.tools?.map(({ name }) => name);
    expect(offered).toEqual(['findInvoice', 'refund', 'search']);
    expect(t.models.calls[0]?.messages[0]).toMatchObject({
      role: 'system',
      content: expect.stringContaining('ACME'),
    });
    const { items } = await t.audit.find({ runId: result.runId, type: 'call.completed' });
    const made = items.map(({ payload }) => (payload as { kind: string; name: string }).name);
    expect(made).toEqual([
      'scripted/default',
      'billing.findInvoice',
      'scripted/default',
      'billing.refund',
      'scripted/default',
      'billing',
    ]);
    expect(await t.audit.verify(result.runId)).toMatchObject({ problems: [] });
  });

  it('is a run of its own, too', async () => {
    const { t } = shared;
    script('by itself');
    const waiting = await t.run(BillingAgent, { shop: 'ACME', question: 'by itself' });
    expect(waiting.status).toBe('waiting');
    expect(await t.approve(waiting.runId, { by: lead })).toMatchObject({
      status: 'completed',
      output: 'It is refunded.',
    });
    expect(world.done).toEqual(['find 7', 'refund 7']);
    expect(t.models.calls).toHaveLength(3);
  });

  it.each([1, 2, 3, 4, 5, 6])(
    'after a crash before append %i asks and does nothing twice that is on record',
    async (after) => {
      const { t } = shared;
      const question = `crash ${after} ${store}`;
      const replies = [call('findInvoice', '7', '8'), call('search', '9'), 'Found.'];
      // By what was said, and not by how often it was asked.
      t.models
        .on(question)
        .reply(({ messages }) => replies[messages.filter(({ role }) => role === 'assistant').length] ?? '?');
      const crashed = t.crashAt('append.before', { after });
      const handle = await t.start(DeskWorkflow, question);
      await Promise.race([crashed, handle.result()]);
      await t.recover();
      expect(await handle.result()).toMatchObject({
        status: 'completed',
        output: { output: 'Found.', turns: 3, toolCalls: 3 },
      });
      const { items } = await t.audit.find({ runId: handle.id, type: 'call.completed' });
      const turns = items.filter(({ payload }) => (payload as { kind: string }).kind === 'model');
      expect(turns.map(({ payload }) => (payload as { position: unknown }).position)).toEqual([
        [1],
        [2],
        [3],
      ]);
      // The one that was under way may have been asked once more.
      expect(t.models.calls.length).toBeLessThanOrEqual(4);
      expect(world.done.length).toBeLessThanOrEqual(5);
    },
  );

  it('goes on in the next attempt at the turn that failed', async () => {
    const { t } = shared;
    const question = `fails in between ${store}`;
    const down = new ModelCallError('the model is down', { transient: false, status: 400 });
    t.models
      .on(question)
      .replyOnce(call('findInvoice', '7'))
      .failOnce(Object.assign(down, { details: { transient: true } }))
      .reply('Found.');
    const result = await t.run(DeskWorkflow, question);
    expect(result).toMatchObject({ status: 'completed', output: { turns: 2 } });
    expect(world.done).toEqual(['find 7']);
    expect(t.models.calls).toHaveLength(3);
  });

  it('that has ended is not run again where its step is, and its result is as it was', async () => {
    const { t } = shared;
    const question = `twice ${store}`;
    t.models.on(question).replyOnce(call('findInvoice', '7')).reply('Found.');
    const { runId } = await t.run(TwiceWorkflow, question);
    expect(await t.approve(runId, { by: lead })).toMatchObject({
      status: 'completed',
      output: { calls: 2, cost: expect.any(Number), said: 4, last: 'Found.' },
    });
    expect(world.done).toEqual(['find 7', 'sign Found.']);
    expect(t.models.calls).toHaveLength(2);
  });

  it('runs in place of a step, and hands on what its `static output` says', async () => {
    const { t } = shared;
    t.models.on('sort this').reply({ topic: 'billing' });
    const { runId } = await t.run(HandOnWorkflow, 'sort this');
    expect(await t.orchestrator.handle(runId).result()).toMatchObject({
      status: 'completed',
      output: 'about billing',
    });
  });

  it('at a limit answers once more, without tools, in its format', async () => {
    const { t } = shared;
    t.models
      .on('limit')
      .replyOnce({ toolCalls: [{ name: 'unknown', arguments: {} }] })
      .replyOnce({ toolCalls: [{ name: 'unknown', arguments: {} }] });
    t.models.on('You have to stop').reply({ topic: 'billing' });
    expect(await t.run(SortingAgent, 'limit')).toMatchObject({
      status: 'completed',
      output: { topic: 'billing' },
    });
    expect(t.models.calls.at(-1)).toMatchObject({ toolChoice: 'none' });
  });

  it('at a goal gives its output, also where it has said none yet', async () => {
    const { t } = shared;
    t.models.on('goal').replyOnce(call('search', '1'));
    t.models.on('That is all that was needed').reply({ topic: 'search' });
    expect(await t.run(SortingAgent, 'goal')).toMatchObject({ output: { topic: 'search' } });
    expect(world.done).toEqual(['search 1']);
  });

  it("fails at a limit with onStop: 'fail', by name", async () => {
    const { t } = shared;
    t.models.on('strict').reply(call('search', '1'));
    expect(await t.run(StrictAgent, 'strict')).toMatchObject({
      status: 'failed',
      error: {
        message: expect.stringContaining('The agent strict was stopped by maxTurns: 1 turns are over'),
      },
    });
    expect(world.done).toEqual([]);
    expect(t.models.calls).toHaveLength(1);
  });

  it('stops after the time that it has worked, and not for what it has waited', async () => {
    const { t } = shared;
    const question = `slow ${store}`;
    t.models
      .on(question)
      .replyOnce(call('refund', '7'))
      .replyOnce(async () => {
        await t.clock.advance('90s');
        return call('findInvoice', '7');
      })
      .replyOnce(call('findInvoice', '8'));
    t.models.on('You have to stop, because it has worked for').reply('Late.');
    const { runId } = await t.run(BillingAgent, { shop: 'ACME', question });
    await t.clock.advance('3h');
    expect(await t.approve(runId, { by: lead })).toMatchObject({ status: 'completed', output: 'Late.' });
    expect(world.done).toEqual(['refund 7']);
  });

  it('makes exactly as many tool calls as it may, also of one answer', async () => {
    const { t } = shared;
    t.models.on('many').replyOnce(call('search', '1', '2', '3', '4', '5', '6'));
    t.models.on('You have to stop, because 4 tool calls were made').reply('Enough.');
    const result = await t.run(BillingAgent, { shop: 'ACME', question: 'many' });
    expect(result).toMatchObject({ status: 'completed', output: 'Enough.' });
    expect(world.done).toEqual(['search 1', 'search 2', 'search 3', 'search 4']);
  });
});
