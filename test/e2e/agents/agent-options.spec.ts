import { beforeEach, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import {
  Agent,
  AgentService,
  askUser,
  CurrentPrincipal,
  Input,
  maxTurns,
  Step,
  Tool,
  Workflow,
} from 'nestjs-nestor';
import { lead } from '../gate/people.js';
import { stores } from '../host.js';
import { sharedHost } from '../shared-host.js';

const heard: string[] = [];

class Query {
  readonly number!: string;
}

abstract class Reader {
  @Tool({ description: 'Reads', effect: 'none' })
  async read({ number }: Query) {
    heard.push(`read ${number}`);
    return number.repeat(3_000);
  }

  @Tool({ description: 'Counts', effect: 'none' })
  async count({ number }: Query) {
    return number.length;
  }
}

@Agent({ instructions: 'You ask.', tools: () => [askUser({ timeout: '1d' })] })
class AskingAgent {}

@Agent({
  instructions: (topic, { turn }) => `You read about ${topic}, turn ${turn}.`,
  model: 'small',
  beforeTurn: ({ turn, messages, input }) => {
    heard.push(`before ${turn} of ${input}, ${messages.length} said`);
    if (turn === 2) return { tools: ['count'], model: 'large', instructions: 'Only count now.' };
    return undefined;
  },
  afterTurn: ({ turn, model, answer, usage }) => {
    heard.push(`after ${turn} by ${model}: ${answer.toolCalls.length} calls, ${usage.calls} request`);
  },
})
class HookedAgent extends Reader {
  static readonly input = z.string();
}

@Agent({
  instructions: 'You read much.',
  stopWhen: maxTurns(20),
  context: { window: 3_000, summarize: { model: 'small' }, maxToolResultTokens: 700 },
})
class LongAgent extends Reader {}

@Agent({ instructions: 'You read much.', stopWhen: maxTurns(20), context: { window: 3_000 } })
class ForgetfulAgent extends Reader {}

@Agent({ instructions: 'You count.', toolChoice: { tool: 'count' } })
class ChosenAgent extends Reader {}

@Agent({ instructions: 'You count.', toolChoice: { tool: 'cuont' } })
class MisspeltAgent extends Reader {}

@Workflow()
class OverrideWorkflow {
  constructor(private readonly agents: AgentService) {}

  @Step() async run(@Input() topic: string) {
    const { output, stop } = await this.agents.run(HookedAgent, topic, {
      instructions: `For the tenant: ${topic}.`,
      model: 'large',
      stopWhen: maxTurns(1),
    });
    return { output, stop: stop.condition };
  }
}

@Workflow()
class TenantWorkflow {
  constructor(private readonly agents: AgentService) {}

  @Step() async run(@Input() topic: string) {
    const { output } = await this.agents.run(ForgetfulAgent, topic, {
      tools: () => [askUser()],
      context: { maxToolResultTokens: 100 },
    });
    return output;
  }
}

@Workflow()
class WrongOverrideWorkflow {
  constructor(private readonly agents: AgentService) {}

  @Step() async run() {
    return (await this.agents.run(ChosenAgent, 'x', { temprature: 1 } as never)).output;
  }
}

const call = (name: string, ...numbers: string[]) => ({
  toolCalls: numbers.map((number) => ({ name, arguments: { number } })),
});

describe.each(stores)('the options of an agent (%s)', (store) => {
  const shared = sharedHost(
    store,
    [
      AskingAgent,
      HookedAgent,
      LongAgent,
      ForgetfulAgent,
      ChosenAgent,
      MisspeltAgent,
      OverrideWorkflow,
      TenantWorkflow,
      WrongOverrideWorkflow,
    ],
    {},
  );
  beforeEach(() => {
    heard.length = 0;
    shared.t.models.calls.length = 0;
  });

  it('askUser puts a question to who started the run, who alone may answer it', async () => {
    const { t } = shared;
    t.models
      .on(AskingAgent)
      .replyOnce({
        toolCalls: [{ name: 'askUser', arguments: { question: 'Which one?', options: ['a', 'b'] } }],
      })
      .replyOnce('It is b.');
    const user = { id: 'uma', roles: ['customer'] };
    const { runId } = await new CurrentPrincipal().run(user, () => t.run(AskingAgent, `asks ${store}`));
    const [review] = await t.reviews(runId);
    expect(review).toMatchObject({
      kind: 'answer',
      choices: ['answer', 'reject'],
      proposed: { question: 'Which one?', options: ['a', 'b'] },
      users: ['uma'],
      form: { type: 'string' },
    });
    await expect(t.answer(runId, 'a', { by: lead })).rejects.toMatchObject({ code: 'ACCESS_DENIED' });
    await expect(t.answer(runId, 7, { by: user })).rejects.toMatchObject({ code: 'INPUT_VALIDATION' });
    expect(await t.answer(runId, 'b', { by: user })).toMatchObject({
      status: 'completed',
      output: 'It is b.',
    });
    expect(t.models.calls[1]?.messages.at(-1)).toMatchObject({ role: 'tool', content: 'b' });
  });

  it('askUser tells the model where the user does not want to answer, or has not in time', async () => {
    const { t } = shared;
    const ask = { toolCalls: [{ name: 'askUser', arguments: { question: 'Which one?' } }] };
    t.models.on(AskingAgent).replyOnce(ask).replyOnce(ask).replyOnce('Never mind.');
    const { runId } = await t.run(AskingAgent, `refused ${store}`);
    await t.reject(runId, { by: lead, reason: 'none of your business' });
    await t.clock.advance('25h');
    expect(await t.result(runId)).toMatchObject({ status: 'completed', output: 'Never mind.' });
    expect(t.models.calls[1]?.messages.at(-1)).toMatchObject({
      isError: true,
      content: expect.stringContaining('none of your business'),
    });
    expect(t.models.calls[2]?.messages.at(-1)).toMatchObject({ isError: true });
  });

  it('hooks are asked before each turn what is other in it, and told of each answer', async () => {
    const { t } = shared;
    t.models.on(HookedAgent).replyOnce(call('count', '1')).replyOnce(call('read', '2')).replyOnce('Counted.');
    expect(await t.run(HookedAgent, `hooks`)).toMatchObject({ status: 'completed', output: 'Counted.' });
    expect(heard).toEqual([
      'before 1 of hooks, 1 said',
      'after 1 by scripted/small: 1 calls, 1 request',
      'before 2 of hooks, 3 said',
      'after 2 by scripted/large: 1 calls, 1 request',
      // What the second turn was not offered is not performed.
      'before 3 of hooks, 5 said',
      'after 3 by scripted/small: 0 calls, 1 request',
    ]);
    const [first, second, third] = t.models.calls;
    expect(first?.tools?.map(({ name }) => name)).toEqual(['read', 'count']);
    expect(second?.tools?.map(({ name }) => name)).toEqual(['count']);
    expect(second?.messages[0]).toMatchObject({ role: 'system', content: 'Only count now.' });
    expect(third?.messages[0]).toMatchObject({ content: 'You read about hooks, turn 3.' });
    expect(third?.messages.at(-1)).toMatchObject({
      isError: true,
      content: expect.stringContaining("There is no tool 'read'"),
    });
  });

  it.each([1, 2, 3, 4])(
    'hooks are not asked again about turns on record, after a crash before append %i',
    async (after) => {
      const { t } = shared;
      const topic = `hooks crash ${after} ${store}`;
      const replies = [call('count', '1'), call('read', '2'), 'Counted.'];
      t.models
        .on(topic)
        .reply(({ messages }) => replies[messages.filter(({ role }) => role === 'assistant').length] ?? '?');
      t.models.on('Only count now.').reply(call('read', '2'));
      const crashed = t.crashAt('append.before', { after });
      const handle = await t.start(HookedAgent, topic);
      await Promise.race([crashed, handle.result()]);
      await t.recover();
      expect(await handle.result()).toMatchObject({ status: 'completed', output: 'Counted.' });
      const turns = heard
        .filter((each) => each.startsWith('before'))
        .map((each) => Number(each.split(' ')[1]));
      // The one that was under way is asked for again.
      expect(turns.length).toBeLessThanOrEqual(4);
      expect(turns.toSorted()).toEqual(turns);
      expect(heard.filter((each) => each.startsWith('read'))).toEqual([]);
    },
  );

  it('one call of it can have other instructions, another model and another limit', async () => {
    const { t } = shared;
    t.models.on(HookedAgent).replyOnce(call('count', '1')).replyOnce('Stopped.');
    expect(await t.run(OverrideWorkflow, 'acme')).toMatchObject({
      output: { output: 'Stopped.', stop: 'maxTurns' },
    });
    expect(t.models.calls.map(({ model }) => model)).toEqual(['large', 'large']);
    expect(t.models.calls[0]?.messages[0]).toMatchObject({ content: 'For the tenant: acme.' });
    expect(await t.run(WrongOverrideWorkflow, undefined as never)).toMatchObject({
      status: 'failed',
      error: { message: expect.stringContaining('temprature is not an option') },
    });
  });

  it('one call of it can have other tools beside its own, and another context', async () => {
    const { t } = shared;
    t.models.on(ForgetfulAgent).replyOnce(call('read', '1')).replyOnce('Read.');
    expect(await t.run(TenantWorkflow, `tenant ${store}`)).toMatchObject({ output: 'Read.' });
    expect(t.models.calls[0]?.tools?.map(({ name }) => name)).toEqual(['read', 'count', 'askUser']);
    const told = String(t.models.calls[1]?.messages.at(-1)?.content);
    expect(told.length).toBeLessThan(400);
    expect(told).toMatch(/^1+/);
  });

  it('a named tool has to be called in the first turn, and is refused where it is not offered', async () => {
    const { t } = shared;
    t.models.on(ChosenAgent).replyOnce(call('count', '1')).replyOnce('One.');
    expect(await t.run(ChosenAgent, `chosen ${store}`)).toMatchObject({ output: 'One.' });
    expect(t.models.calls.map(({ toolChoice }) => toolChoice)).toEqual([{ tool: 'count' }, 'auto']);
    expect(await t.run(MisspeltAgent, 'x')).toMatchObject({
      status: 'failed',
      error: {
        message: expect.stringContaining(
          "names the tool 'cuont', which the model is not offered. Did you mean 'count'?",
        ),
      },
    });
  });

  it('a conversation that does not fit its window is told in short, on record, and goes on so after a crash', async () => {
    const { t } = shared;
    const topic = `long ${store}`;
    let number = 0;
    t.models.on(LongAgent).reply(() => ((number += 1) < 9 ? call('read', String(number)) : 'Read.'));
    t.models.on('<conversation>').reply(({ messages }) => `so far ${JSON.stringify(messages).length}`);
    const crashed = t.crashAt('append.before', { after: 9 });
    const handle = await t.start(LongAgent, topic);
    await Promise.race([crashed, handle.result()]);
    await t.recover();
    const result = await handle.result();
    expect(result).toMatchObject({ status: 'completed', output: 'Read.' });
    const summaries = t.models.calls.filter(({ messages }) =>
      String(messages[0]?.content).startsWith('You summarize'),
    );
    expect(summaries.length).toBeGreaterThan(0);
    const { items } = await t.audit.find({ runId: handle.id, type: 'call.completed' });
    const made = items.map(({ payload }) => payload as { kind: string; position?: readonly number[] });
    const turns = made.filter(({ kind, position }) => kind === 'model' && position?.length === 1);
    expect(turns.map(({ position }) => position?.[0])).toEqual(turns.map((_, index) => index + 1));
    expect(made.filter(({ position }) => position?.[1] === 3).length).toBeGreaterThan(0);
    const last = t.models.calls.at(-1);
    expect(last?.messages.slice(0, 3)).toMatchObject([
      { role: 'system' },
      { role: 'user', content: topic },
      { role: 'user', content: expect.stringMatching(/^What has happened so far, in short: so far \d+$/) },
    ]);
    const results = last?.messages.filter(({ role }) => role === 'tool') ?? [];
    for (const { content } of results) expect(Buffer.byteLength(String(content))).toBeLessThanOrEqual(2_100);
    expect(await t.audit.verify(handle.id)).toMatchObject({ problems: [] });
  });

  it('without a summary the oldest turns are left out, and the model is told so', async () => {
    const { t } = shared;
    const topic = `forgets ${store}`;
    let number = 0;
    t.models.on(ForgetfulAgent).reply(() => ((number += 1) < 6 ? call('read', String(number)) : 'Read.'));
    expect(await t.run(ForgetfulAgent, topic)).toMatchObject({ output: 'Read.' });
    expect(t.models.calls).toHaveLength(6);
    expect(t.models.calls.at(-1)?.messages[2]).toMatchObject({
      content: expect.stringContaining('[earlier turns were left out]'),
    });
  });
});
