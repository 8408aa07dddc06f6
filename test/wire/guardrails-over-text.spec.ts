import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Injectable } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { Input, ModelService, Step, Tool, Workflow } from 'nestjs-nestor';
import { denylist, pii } from 'nestjs-nestor/guardrails';
import { OrchestrationHarness, OrchestrationTestingModule } from 'nestjs-nestor/testing';
import { z } from 'zod';
import { events, type Handler, json, LocalServer, responseOf, messageItem } from './local-server.fixture.js';
import { vendors } from './vendors.fixture.js';

const server = new LocalServer();
beforeAll(() => server.start());
afterAll(() => server.stop());
beforeEach(() => server.reset());

const note = 'Reach her:\n+49 30 901820\nCard:\n4111 1111 1111 1111\nIBAN:\tDE89 3704 0044 0532 0130 00';

@Injectable()
class Crm {
  @Tool({ description: 'Finds a customer; ask help@example.org', effect: 'none' })
  async find(): Promise<object> {
    return { name: 'Ada', note, 'ada@example.org': JSON.stringify({ mail: 'From:\nada@example.org' }) };
  }
}

@Workflow()
class AskWorkflow {
  constructor(private readonly models: ModelService) {}

  @Step()
  async ask(@Input() isStreamed: boolean): Promise<string> {
    const options = { prompt: 'who?', tools: [Crm] };
    const answer = isStreamed ? this.models.stream(options).result : this.models.generate(options);
    return (await answer).text;
  }
}

@Workflow()
class ReplyWorkflow {
  constructor(private readonly models: ModelService) {}

  @Step()
  async reply(@Input() isStreamed: boolean): Promise<unknown> {
    const output = z.object({
      reply: z.string(),
      card: z.number().optional(),
      to: z.enum(['sales@example.org', 'help@example.org']).optional(),
    });
    const options = { prompt: 'how?', output };
    const answer = isStreamed ? this.models.stream(options).result : this.models.generate(options);
    return (await answer).output;
  }
}

interface Said {
  readonly text?: string;
  readonly call?: string;
}

const inOpenAi = {
  usage: { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 },
  reason: ({ call }: Said) => (call ? 'tool_calls' : 'stop'),
  calls: ({ call }: Said) =>
    call
      ? { tool_calls: [{ index: 0, id: 'c1', type: 'function', function: { name: call, arguments: '{}' } }] }
      : {},
};

/** The same answer as each vendor gives it, streamed and in one piece. */
const says: Record<(typeof vendors)[number]['vendor'], (said: Said, isStreamed: boolean) => Handler> = {
  openai(said, isStreamed) {
    const message = { role: 'assistant', content: said.text ?? null, ...inOpenAi.calls(said) };
    const finish_reason = inOpenAi.reason(said);
    if (!isStreamed) return json({ choices: [{ index: 0, finish_reason, message }], usage: inOpenAi.usage });
    return events(
      [
        { choices: [{ index: 0, delta: message, finish_reason: null }] },
        { choices: [{ index: 0, delta: {}, finish_reason }] },
        { choices: [], usage: inOpenAi.usage },
      ],
      (response) => response.end('data: [DONE]\n\n'),
    );
  },
  responses({ text, call }, isStreamed) {
    const item = call
      ? { type: 'function_call', id: 'fc_1', call_id: 'c1', name: call, arguments: '{}' }
      : messageItem(text ?? '');
    if (!isStreamed) return json(responseOf([item]));
    return events([
      ...(call ? [] : [{ type: 'response.output_text.delta', output_index: 0, delta: text }]),
      { type: 'response.output_item.done', output_index: 0, item },
      { type: 'response.completed', response: responseOf([item]) },
    ]);
  },
  anthropic(said, isStreamed) {
    const usage = { input_tokens: 10, output_tokens: 5 };
    const stop_reason = said.call ? 'tool_use' : 'end_turn';
    const block = said.call
      ? { type: 'tool_use', id: 'toolu_1', name: said.call, input: {} }
      : { type: 'text', text: said.text };
    if (!isStreamed) {
      return json({
        id: 'm',
        type: 'message',
        role: 'assistant',
        model: 'x',
        content: [block],
        stop_reason,
        usage,
      });
    }
    const delta = said.call
      ? { type: 'input_json_delta', partial_json: '{}' }
      : { type: 'text_delta', text: said.text };
    return events([
      { type: 'message_start', message: { id: 'm', role: 'assistant', content: [], model: 'x', usage } },
      {
        type: 'content_block_start',
        index: 0,
        content_block: said.call ? block : { type: 'text', text: '' },
      },
      { type: 'content_block_delta', index: 0, delta },
      { type: 'content_block_stop', index: 0 },
      { type: 'message_delta', delta: { stop_reason }, usage: { output_tokens: 5 } },
      { type: 'message_stop' },
    ]);
  },
};

function stringsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(stringsOf) : [];
}

describe.each(vendors.flatMap((each) => [false, true].map((isStreamed) => ({ ...each, isStreamed }))))(
  'guardrails over text, $model, streamed: $isStreamed',
  ({ vendor, model, provider, isStreamed }) => {
    async function withGuardrail<T>(
      guardrail: ReturnType<typeof pii>,
      use: (harness: OrchestrationHarness) => Promise<T>,
    ): Promise<T> {
      const module = await Test.createTestingModule({
        imports: [
          OrchestrationTestingModule.forRoot({
            models: { providers: [provider(server.url)], default: model },
            guardrails: [guardrail],
          }),
        ],
        providers: [Crm, AskWorkflow, ReplyWorkflow],
      }).compile();
      const harness = await OrchestrationHarness.from(module, { models: 'configured' });
      try {
        return await use(harness);
      } finally {
        await harness.close();
      }
    }

    const answer = (said: Said): void => {
      server.handler = says[vendor](said, isStreamed);
    };

    it('what a tool found never reaches the vendor, and stays JSON; what the tool is told to be does', async () => {
      server.handler = (response, request) =>
        says[vendor](server.bodies.length === 1 ? { call: 'find' } : { text: 'done' }, isStreamed)(
          response,
          request,
        );
      const result = await withGuardrail(pii({ action: 'redact' }), (t) => t.run(AskWorkflow, isStreamed));
      expect(result.status).toBe('completed');
      const told = stringsOf(server.bodies[1]).find((text) => text.includes('Reach her')) ?? '';
      expect(JSON.parse(told)).toEqual({
        name: 'Ada',
        note: 'Reach her:\n[PHONE]\nCard:\n[CARD]\nIBAN:\t[IBAN]',
        '[EMAIL]': JSON.stringify({ mail: 'From:\n[EMAIL]' }),
      });
      expect(JSON.stringify(server.bodies[1])).toContain('ask help@example.org');
    });

    it.each([
      [
        'an e-mail after a line break',
        { reply: 'Write to:\nbob@example.org' },
        { reply: 'Write to:\n[EMAIL]' },
      ],
      ['a card as a number', { reply: 'ok', card: 4111111111111111 }, { reply: 'ok', card: 0 }],
      ['nothing', { reply: 'ok', card: 12 }, { reply: 'ok', card: 12 }],
    ])('a structured answer with %s is redacted and stays readable', async (_, said, expected) => {
      answer({ text: JSON.stringify(said) });
      const result = await withGuardrail(pii({ action: 'redact' }), (t) => t.run(ReplyWorkflow, isStreamed));
      expect(result).toMatchObject({ status: 'completed', output: expected });
    });

    it('the addresses among which a model is to choose reach it, and its choice comes back', async () => {
      answer({ text: '{"reply":"ok","to":"help@example.org"}' });
      const guardrail = pii({ action: 'redact', at: 'model.request' });
      const result = await withGuardrail(guardrail, (t) => t.run(ReplyWorkflow, isStreamed));
      expect(result).toMatchObject({ status: 'completed', output: { to: 'help@example.org' } });
      expect(stringsOf(server.bodies[0])).toEqual(
        expect.arrayContaining(['sales@example.org', 'help@example.org']),
      );
    });

    it('a listed word after a line break of a structured answer is found', async () => {
      answer({ text: JSON.stringify({ reply: 'Dear Ada,\nguarantee: there is no\nrisk.' }) });
      const guardrail = denylist({ at: 'model.response', words: ['guarantee', 'no risk'] });
      const result = await withGuardrail(guardrail, (t) => t.run(ReplyWorkflow, isStreamed));
      expect(result).toMatchObject({
        status: 'failed',
        error: { message: expect.stringContaining(`contains 'guarantee'`) },
      });
    });
  },
);
