import { beforeEach, describe, expect, it } from '@jest/globals';
import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { firstValueFrom, toArray } from 'rxjs';
import {
  Agent,
  type AgentEvent,
  AgentService,
  allow,
  block,
  Guardrail,
  type GuardrailSubject,
  HumanReview,
  maxTurns,
  Orchestrator,
  Tool,
  ToolContext,
  ToolCtx,
  transform,
} from 'nestjs-nestor';
import type { ModelAnswer } from 'nestjs-nestor';
import { lead } from '../gate/people.js';
import { stores } from '../host.js';
import { Latch } from '../latch.js';
import { sharedHost } from '../shared-host.js';

class Query {
  readonly number!: string;
}

@Injectable()
class Articles {
  @Tool({ description: 'Searches articles', effect: 'none' })
  async search({ number }: Query) {
    if (number === '13') throw new TypeError('no such article');
    return `article ${number}`;
  }

  @Tool({ description: 'Orders a copy', effect: 'irreversible' })
  @HumanReview({ roles: ['lead'], title: 'An order' })
  async order({ number }: Query) {
    return `ordered ${number}`;
  }
}

let counting = new Latch();

@Injectable()
class Counter {
  @Tool({ description: 'Counts', effect: 'none' })
  async count({ number }: Query, @ToolCtx() context?: ToolContext) {
    await counting.opened;
    for (let done = 1; done <= Number(number); done++) {
      context?.progress({ done });
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return 'counted';
  }
}

@Agent({ instructions: 'You count.', tools: () => [Counter] })
class CountingAgent {}

@Agent({ description: 'Looks things up', instructions: 'You look.', tools: () => ['search'] })
class LookingAgent {}

@Agent({ description: 'Bills', instructions: 'You bill.' })
class BillingAgent {}

@Agent({
  description: 'Helps',
  instructions: 'You help.',
  tools: () => [Articles, LookingAgent],
  handoffs: () => [BillingAgent],
  stopWhen: maxTurns(4),
})
class HelpAgent {}

@Agent({ instructions: 'You describe.' })
class DataAgent {
  static readonly output = z.object({ name: z.string(), tags: z.array(z.string()) });
}

@Agent({ instructions: 'You are watched.' })
class WatchedAgent {}

@Injectable()
class Rules {
  asked: string[] = [];

  @Guardrail({ at: 'model.response', agents: ['watched'] })
  watch({ value }: GuardrailSubject<ModelAnswer>) {
    rules.asked.push(value.text);
    if (value.text.includes('password'))
      return transform({ ...value, text: value.text.replace('password', '***') }, 'a secret');
    return value.text.includes('bomb') ? block('no bombs') : allow();
  }
}
const rules: { asked: string[] } = { asked: [] };

@Injectable()
class Services {
  constructor(
    readonly agents: AgentService,
    readonly orchestrator: Orchestrator,
  ) {
    services.now = this;
  }
}
const services: { now?: Services } = {};

const calls = (...toolCalls: (readonly [name: string, args: object])[]) => ({
  toolCalls: toolCalls.map(([name, args]) => ({ name, arguments: { ...args } })),
});

/** What a reader of the events has on the screen at the end: texts by turn, as they were told last. */
function screenOf(events: readonly AgentEvent[]): string[] {
  const screen: string[] = [];
  let text = '';
  for (const event of events) {
    if (event.type === 'text') text += event.text;
    if (event.type === 'restart') text = '';
    if (event.type === 'turn.started' || event.type === 'done' || event.type === 'failed') {
      if (text !== '') screen.push(text);
      text = '';
    }
  }
  return screen;
}

const short = (event: AgentEvent): string => {
  switch (event.type) {
    case 'text':
      return `text ${event.text}`;
    case 'turn.started':
      return `${'.'.repeat(event.depth)}${event.agent} turn ${event.turn}`;
    case 'tool.called':
      return `call ${event.name} ${JSON.stringify(event.arguments)}`;
    case 'tool.result':
      return `${event.isError ? 'error' : 'result'} ${event.name} ${JSON.stringify(event.result)}`;
    case 'handoff':
      return `handoff ${event.from} → ${event.to}`;
    case 'review.requested':
      return `review ${event.kind} ${event.title ?? ''} of ${String(event.toolCallId)}`;
    case 'stopped':
      return `stopped by ${event.stop.condition}`;
    case 'done':
      return `done ${event.text}`;
    case 'failed':
      return `failed ${event.error.code ?? ''}`;
    default:
      return event.type;
  }
};

describe.each(stores)('the events of an agent (%s)', (store) => {
  const shared = sharedHost(store, [
    Articles,
    LookingAgent,
    BillingAgent,
    HelpAgent,
    DataAgent,
    WatchedAgent,
    Counter,
    CountingAgent,
    Rules,
    Services,
  ]);
  const own = () => services.now as Services;
  beforeEach(() => {
    rules.asked.length = 0;
    counting = new Latch();
    shared.t.models.calls.length = 0;
  });

  async function collected(events: AsyncIterable<AgentEvent>): Promise<AgentEvent[]> {
    const all: AgentEvent[] = [];
    for await (const event of events) all.push(event);
    return all;
  }

  it('tell of texts as they come, of tools and of the end', async () => {
    shared.t.models
      .on(HelpAgent)
      .replyOnce({ text: 'One moment.', ...calls(['search', { number: '7' }], ['search', { number: '13' }]) })
      .replyOnce('It is article 7.');
    const { events, result, handle } = await own().agents.stream(HelpAgent, 'which?');
    const all = await firstValueFrom(events.pipe(toArray()));
    expect(all.filter(({ type }) => type === 'text').length).toBeGreaterThan(2);
    expect(joined(all)).toEqual([
      'help turn 1',
      'text One moment.',
      'call search {"number":"7"}',
      'call search {"number":"13"}',
      'result search "article 7"',
      'error search "no such article"',
      'help turn 2',
      'text It is article 7.',
      'done It is article 7.',
    ]);
    expect(await result).toMatchObject({ output: 'It is article 7.', turns: 2 });
    const ids = all.flatMap((event) =>
      event.type === 'tool.called' || event.type === 'tool.result' ? [event.toolCallId] : [],
    );
    expect(ids.slice(0, 2).toSorted()).toEqual(ids.slice(2).toSorted());
    expect(joined(await collected(handle.agentEvents()))).toEqual(joined(all));
  });

  it('tell how far a tool has come, to those who listen meanwhile', async () => {
    shared.t.models
      .on(CountingAgent)
      .replyOnce(calls(['count', { number: '3' }]))
      .replyOnce('Counted.');
    const { events, result } = await own().agents.stream(CountingAgent, 'count');
    const progress: unknown[] = [];
    for await (const event of events) {
      if (event.type === 'tool.called') counting.open();
      if (event.type === 'tool.progress') progress.push([event.toolCallId, event.name, event.value]);
    }
    await result;
    expect(progress.map((one) => (one as unknown[]).slice(1))).toEqual([
      ['count', { done: 1 }],
      ['count', { done: 2 }],
      ['count', { done: 3 }],
    ]);
    expect(JSON.stringify(shared.t.models.calls.at(-1)?.messages)).not.toContain('"done"');
  });

  it('go on behind any place, and come to the same screen', async () => {
    shared.t.models
      .on(HelpAgent)
      .replyOnce({ text: 'Let me look.', ...calls(['looking', { task: 'seven' }]) })
      .replyOnce(calls(['transfer_to_billing', { reason: 'a bill' }]));
    shared.t.models
      .on(LookingAgent)
      .replyOnce(calls(['search', { number: '7' }]))
      .replyOnce('It is seven.');
    shared.t.models.on(BillingAgent).replyOnce('Here is your bill.');
    const { events, handle } = await own().agents.stream(HelpAgent, 'a bill for 7');
    const all = await collected(events);
    expect(joined(all)).toEqual([
      'help turn 1',
      'text Let me look.',
      'call looking {"task":"seven"}',
      '.looking turn 1',
      'call search {"number":"7"}',
      'result search "article 7"',
      '.looking turn 2',
      'text It is seven.',
      'result looking "It is seven."',
      'help turn 2',
      'handoff help → billing',
      'billing turn 3',
      'text Here is your bill.',
      'done Here is your bill.',
    ]);
    for (const [index, { position }] of all.entries()) {
      const rest = await collected(handle.agentEvents({ after: position }));
      expect(screenOf([...all.slice(0, index + 1), ...rest])).toEqual(screenOf(all));
      expect([...all.slice(0, index + 1), ...rest].filter(isCall).map(short)).toEqual(
        all.filter(isCall).map(short),
      );
    }
  });

  it('tell who has to decide, and go on when somebody has', async () => {
    const { t } = shared;
    t.models
      .on(HelpAgent)
      .replyOnce(calls(['order', { number: '1' }]))
      .replyOnce('Ordered.');
    const { events, result, handle } = await own().agents.stream(HelpAgent, 'order 1');
    const all: AgentEvent[] = [];
    for await (const event of events) {
      all.push(event);
      if (event.type === 'review.requested') await t.approve(handle.id, { by: lead });
    }
    const called = all.find(({ type }) => type === 'tool.called');
    const review = all.find(({ type }) => type === 'review.requested');
    expect(review).toMatchObject({ title: 'An order', subject: 'tool order', proposed: { number: '1' } });
    expect(review).toMatchObject({ toolCallId: (called as { toolCallId: string }).toolCallId });
    expect(joined(all).slice(-3)).toEqual(['help turn 2', 'text Ordered.', 'done Ordered.']);
    expect(await result).toMatchObject({ output: 'Ordered.' });
  });

  it('tell what is known of an output while it comes', async () => {
    shared.t.models.on(DataAgent).replyOnce({ name: 'a name', tags: ['one two'] });
    const { events, result } = await own().agents.stream(DataAgent, 'x');
    const known = (await collected(events)).flatMap((event) =>
      event.type === 'output.partial' ? [event.output] : [],
    );
    expect(known).toEqual([
      { name: 'a ' },
      { name: 'a name', tags: ['one '] },
      { name: 'a name', tags: ['one two'] },
    ]);
    expect((await result).output).toEqual(known.at(-1));
  });

  it('say why a loop was stopped', async () => {
    shared.t.models
      .on(HelpAgent)
      .reply(({ toolChoice }) => (toolChoice === 'none' ? 'I stop.' : calls(['search', { number: '7' }])));
    const { events } = await own().agents.stream(HelpAgent, 'endless');
    expect(joined(await collected(events)).slice(-4)).toEqual([
      'stopped by maxTurns',
      'help turn 5',
      'text I stop.',
      'done I stop.',
    ]);
  });

  it('give out a guarded text sentence by sentence, each checked with what was said before', async () => {
    shared.t.models.on(WatchedAgent).replyOnce('All is well. Nothing happened. Really');
    const { events } = await own().agents.stream(WatchedAgent, 'x');
    const texts = (await collected(events)).flatMap((event) => (event.type === 'text' ? [event.text] : []));
    expect(texts.join('')).toBe('All is well. Nothing happened. Really');
    expect(rules.asked).toEqual([
      'All is well.',
      'All is well. Nothing happened.',
      'All is well. Nothing happened. Really',
    ]);
  });

  it('hold back what a guardrail changes, and end with what is on record', async () => {
    shared.t.models.on(WatchedAgent).replyOnce('All is well. The password is x. Bye.');
    const { events, result } = await own().agents.stream(WatchedAgent, 'x');
    const all = await collected(events);
    expect(JSON.stringify(all)).not.toContain('password');
    expect(screenOf(all)).toEqual(['All is well. The *** is x. Bye.']);
    expect((await result).output).toBe('All is well. The *** is x. Bye.');
  });

  it('take back what was said where a guardrail blocks the whole', async () => {
    shared.t.models.on(WatchedAgent).replyOnce('All is well. Now a bomb');
    const { events, result } = await own().agents.stream(WatchedAgent, 'x');
    const all = await collected(events);
    expect(joined(all)).toEqual([
      'watched turn 1',
      'text All is well.',
      'restart',
      'failed GUARDRAIL_BLOCKED',
    ]);
    await expect(result).rejects.toMatchObject({ code: 'GUARDRAIL_BLOCKED' });
  });

  it('are not streamed for nobody', async () => {
    shared.t.models.on(HelpAgent).replyOnce('Hello.');
    const { runId } = await shared.t.run(HelpAgent, 'hi');
    const all = await collected(own().orchestrator.handle(runId).agentEvents());
    expect(all.map(short)).toEqual(['help turn 1', 'text Hello.', 'done Hello.']);
  });

  it('refuse a place that is none, and a run that is not there', async () => {
    shared.t.models.on(HelpAgent).replyOnce('Hello.');
    const { runId } = await shared.t.run(HelpAgent, 'hi');
    const { orchestrator } = own();
    await expect(collected(orchestrator.handle(runId).agentEvents({ after: 'x' }))).rejects.toMatchObject({
      code: 'INPUT_VALIDATION',
    });
    await expect(
      collected(orchestrator.handle('01a22af3-4529-70f7-8b3d-8728e62570b4').agentEvents()),
    ).rejects.toMatchObject({ code: 'RUN_NOT_FOUND' });
  });
});

function isCall({ type }: AgentEvent): boolean {
  return type.startsWith('tool.') || type === 'handoff';
}

/** In words, pieces of one text joined. */
function joined(events: readonly AgentEvent[]): string[] {
  const words: string[] = [];
  let isText = false;
  for (const event of events) {
    if (event.type === 'text' && isText) words[words.length - 1] += event.text;
    else words.push(short(event));
    isText = event.type === 'text';
  }
  return words;
}
