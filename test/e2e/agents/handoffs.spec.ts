import { beforeEach, describe, expect, it } from '@jest/globals';
import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import {
  Agent,
  allow,
  AgentService,
  block,
  any,
  Guardrail,
  type GuardrailSubject,
  handedOffTo,
  handoff,
  Input,
  maxToolCalls,
  maxTurns,
  reject,
  type RunResult,
  Step,
  Tool,
  tokens,
  Workflow,
} from 'nestjs-nestor';
import { lead } from '../gate/people.js';
import { stores } from '../host.js';
import { sharedHost } from '../shared-host.js';

const done: string[] = [];
const heard: unknown[] = [];

class Query {
  readonly number!: string;
}

@Injectable()
class Articles {
  @Tool({ description: 'Searches articles', effect: 'none' })
  async search({ number }: Query) {
    done.push(`search ${number}`);
    return `article ${number}`;
  }
}

@Agent({
  description: 'Solves billing questions',
  instructions: (reason) => `You do billing. You were told: ${String(reason)}`,
  handoffs: () => [TriageAgent],
  model: 'other/model',
})
class BillingAgent {
  @Tool({ description: 'Refunds', effect: 'irreversible' })
  async refund({ number }: Query) {
    done.push(`refund ${number}`);
    return `refunded ${number}`;
  }
}

@Agent({
  description: 'Answers legal questions',
  instructions: ({ claim }) => `You are a lawyer. The claim: ${claim}`,
  stopWhen: maxTurns(2),
  access: ['customer'],
})
class LegalAgent {
  static readonly input = z.object({ claim: z.string().max(20) });
}

@Agent({
  description: 'Sorts questions',
  instructions: 'You sort questions.',
  tools: [Articles],
  handoffs: () => [
    BillingAgent,
    handoff(LegalAgent, {
      input: z.object({ claim: z.string(), urgent: z.boolean() }),
      pass: ({ claim }) => ({ claim: claim.toLowerCase() }),
      history: 'last',
    }),
  ],
  stopWhen: any(maxTurns(8), maxToolCalls(20)),
  maxHandoffs: 3,
  temperature: 0,
  onHandoff: ({ to, said, passed, turn }) => {
    heard.push({ to, said, passed, turn });
    if (to === 'legal' && String(JSON.stringify(said)).includes('no lawyer'))
      throw new Error('no lawyer today');
  },
})
class TriageAgent {}

@Agent({ instructions: 'You sort strictly.', handoffs: [BillingAgent], description: 'x' })
class StrictTriageAgent {
  static readonly output = z.object({ answer: z.string() });
}

@Agent({
  instructions: 'You only pass on.',
  handoffs: () => [BillingAgent],
  stopWhen: handedOffTo(BillingAgent),
})
class ReceptionAgent {}

@Agent({
  instructions: 'You count.',
  handoffs: () => [CountedAgent],
  tools: [Articles],
  stopWhen: maxTurns(6),
})
class CountingAgent {}

@Agent({
  description: 'Is counted',
  instructions: 'You are counted.',
  tools: [Articles],
  stopWhen: any(maxTurns(2), tokens(100_000)),
})
class CountedAgent {}

@Workflow()
class DeskWorkflow {
  constructor(private readonly agents: AgentService) {}

  @Step() async solve(@Input() question: string) {
    const { output, agent, handoffs, turns, toolCalls, messages } = await this.agents.run(
      TriageAgent,
      question,
    );
    return { output, agent, handoffs, turns, toolCalls, last: messages.at(-1)?.content };
  }

  @Guardrail({ at: 'handoff', order: 1 })
  protect({ value, handoffTo }: GuardrailSubject<{ reason?: string }>) {
    if (value.reason?.includes('secret')) return reject('Do not tell secrets.');
    if (value.reason?.includes('evil')) return block(`evil for ${String(handoffTo)}`);
    return allow();
  }
}

const transfer = (to: string, args: object) => ({ name: `transfer_to_${to}`, arguments: { ...args } });
const calls = (...toolCalls: { name: string; arguments: object }[]) => ({ toolCalls });

const providers = [
  Articles,
  BillingAgent,
  LegalAgent,
  TriageAgent,
  StrictTriageAgent,
  ReceptionAgent,
  CountingAgent,
  CountedAgent,
  DeskWorkflow,
];

describe.each(stores)('handoffs (%s)', (store) => {
  const shared = sharedHost(store, providers);
  beforeEach(() => {
    done.length = 0;
    heard.length = 0;
    shared.t.models.calls.length = 0;
  });

  it('let the other agent go on in the same call, with its own instructions, tools and model', async () => {
    const { t } = shared;
    t.models.on(TriageAgent).replyOnce(calls(transfer('billing', { reason: 'a refund of 7' })));
    t.models
      .on(BillingAgent)
      .replyOnce(calls({ name: 'refund', arguments: { number: '7' } }))
      .reply('Refunded.');
    const { runId, output } = completed(await t.run(DeskWorkflow, 'refund 7 please'));
    expect(output).toEqual({
      output: 'Refunded.',
      agent: 'billing',
      handoffs: 1,
      turns: 3,
      toolCalls: 2,
      last: 'Refunded.',
    });
    expect(done).toEqual(['refund 7']);
    expect(heard).toEqual([
      { to: 'billing', said: { reason: 'a refund of 7' }, passed: 'a refund of 7', turn: 1 },
    ]);
    const [first, second] = t.models.calls;
    expect(first?.tools).toEqual([
      expect.objectContaining({ name: 'search' }),
      expect.objectContaining({
        name: 'transfer_to_billing',
        description: 'Hands the conversation over to billing. Solves billing questions',
      }),
      expect.objectContaining({
        name: 'transfer_to_legal',
        input: expect.objectContaining({ required: ['claim', 'urgent'] }),
      }),
    ]);
    expect(second).toMatchObject({
      model: 'other/model',
      messages: [
        { role: 'system', content: 'You do billing. You were told: a refund of 7' },
        { role: 'user', content: 'refund 7 please' },
        { role: 'assistant', toolCalls: [{ name: 'transfer_to_billing' }] },
        { role: 'tool', content: 'billing has the conversation now.' },
      ],
    });
    expect(second?.temperature).toBeUndefined();
    expect(second?.tools?.map(({ name }) => name)).toEqual(['refund', 'transfer_to_triage']);
    const records = (await t.audit.timeline(runId)).filter(({ type }) => type === 'call.completed');
    expect(records.map(({ what }) => what).join('\n')).toContain('handoff billing');
  });

  it('pass on what they declare, and of the conversation what they say', async () => {
    const { t } = shared;
    t.models
      .on(TriageAgent)
      .replyOnce(calls({ name: 'search', arguments: { number: '1' } }))
      .replyOnce(calls(transfer('legal', { claim: 'THEFT', urgent: true })));
    t.models.on(LegalAgent).reply('Sue them.');
    const { output } = completed(await t.run(DeskWorkflow, 'a claim', { principal: customer }));
    expect(output).toMatchObject({ output: 'Sue them.', agent: 'legal', turns: 3, toolCalls: 2 });
    expect(t.models.calls[2]?.messages).toEqual([
      { role: 'system', content: 'You are a lawyer. The claim: theft' },
      { role: 'user', content: 'a claim' },
    ]);
  });

  it.each([
    ['what is said does not fit', 'legal', { claim: 1, urgent: true }, 'claim'],
    ['what is passed does not fit', 'legal', { claim: 'x'.repeat(30), urgent: true }, 'claim'],
    ['the hook refuses it', 'legal', { claim: 'no lawyer', urgent: true }, 'no lawyer today'],
    ['a guardrail rejects it', 'billing', { reason: 'a secret' }, 'Do not tell secrets.'],
  ])('are told to the model as failed where %s, and the agent goes on', async (_, to, args, told) => {
    const { t } = shared;
    t.models
      .on(TriageAgent)
      .replyOnce(calls(transfer(to, args)))
      .reply('I answer myself.');
    const { output } = completed(await t.run(DeskWorkflow, 'a claim', { principal: customer }));
    expect(output).toMatchObject({ output: 'I answer myself.', agent: 'triage', handoffs: 0, turns: 2 });
    expect(t.models.calls[1]?.messages.at(-1)).toMatchObject({
      isError: true,
      content: expect.stringContaining(told),
    });
  });

  it('are refused to a principal who may not use the target', async () => {
    const { t } = shared;
    t.models
      .on(TriageAgent)
      .replyOnce(calls(transfer('legal', { claim: 'x', urgent: true })))
      .reply('I answer myself.');
    expect(completed(await t.run(DeskWorkflow, 'a claim', { principal: lead })).output).toMatchObject({
      agent: 'triage',
    });
  });

  it('end the run where a guardrail blocks', async () => {
    const { t } = shared;
    t.models.on(TriageAgent).replyOnce(calls(transfer('billing', { reason: 'evil' })));
    expect(await t.run(DeskWorkflow, 'a claim')).toMatchObject({
      status: 'failed',
      error: { message: expect.stringContaining('evil for billing') },
    });
  });

  it('come after the other calls of the answer, and a second one is told that there is only one', async () => {
    const { t } = shared;
    t.models
      .on(TriageAgent)
      .replyOnce(
        calls(
          transfer('billing', { reason: 'first' }),
          transfer('legal', { claim: 'second', urgent: false }),
          { name: 'search', arguments: { number: '5' } },
        ),
      );
    t.models.on(BillingAgent).reply('I have it.');
    const { output } = completed(await t.run(DeskWorkflow, 'both', { principal: customer }));
    expect(output).toMatchObject({ agent: 'billing', handoffs: 1, toolCalls: 3 });
    expect(done).toEqual(['search 5']);
    expect(t.models.calls[1]?.messages.slice(3)).toMatchObject([
      { name: 'transfer_to_billing', content: 'billing has the conversation now.' },
      {
        name: 'transfer_to_legal',
        isError: true,
        content: expect.stringContaining('only once in one answer'),
      },
      { name: 'search', content: 'article 5' },
    ]);
  });

  it('stop at maxHandoffs of the agent that was called, exactly there', async () => {
    const { t } = shared;
    t.models.on(TriageAgent).reply(calls(transfer('billing', { reason: 'there' })));
    t.models
      .on(BillingAgent)
      .replyOnce(calls(transfer('triage', { reason: 'back' })))
      .replyOnce(calls(transfer('triage', { reason: 'back again' })))
      .reply('I can not.');
    const { output } = completed(await t.run(DeskWorkflow, 'ping-pong'));
    expect(output).toMatchObject({ agent: 'billing', handoffs: 3, output: 'I can not.' });
  });

  it('are bound by the output of the agent that was called', async () => {
    const { t } = shared;
    t.models.on(StrictTriageAgent).reply(calls(transfer('billing', { reason: 'x' })));
    t.models.on(BillingAgent).reply({ answer: 'by billing' });
    expect(await t.run(StrictTriageAgent, 'x')).toMatchObject({ output: { answer: 'by billing' } });
    expect(t.models.calls[1]?.output).toBeDefined();
  });

  it('are a goal', async () => {
    const { t } = shared;
    t.models.on(ReceptionAgent).reply({
      answer: {
        text: 'Billing will help you.',
        toolCalls: [
          { id: '1', name: 'transfer_to_billing', arguments: { reason: 'x' }, raw: '{"reason":"x"}' },
        ],
      },
    });
    const { output } = completed(await t.run(ReceptionAgent, 'x'));
    expect(output).toBe('Billing will help you.');
    expect(t.models.calls).toHaveLength(1);
  });

  it('count the turns of the target from its entry, and those of the first agent over the whole call', async () => {
    const { t } = shared;
    t.models
      .on(CountingAgent)
      .replyOnce(calls({ name: 'search', arguments: { number: '1' } }))
      .replyOnce(calls({ name: 'search', arguments: { number: '2' } }))
      .replyOnce(calls(transfer('counted', { reason: 'x' })));
    t.models
      .on(CountedAgent)
      .replyOnce(calls({ name: 'search', arguments: { number: '3' } }))
      .replyOnce(calls({ name: 'search', arguments: { number: '4' } }))
      .reply('That is all.');
    expect(await t.run(CountingAgent, 'count')).toMatchObject({ output: 'That is all.' });
    expect(done).toEqual(['search 1', 'search 2', 'search 3']);
    expect(t.models.calls.at(-1)?.messages.at(-1)?.content).toContain('2 turns are over');
  });
});

const customer = { id: 'ann', roles: ['customer'] };

function completed<T>(result: RunResult<T>) {
  if (result.status !== 'completed') throw new Error(JSON.stringify(result));
  return result;
}
