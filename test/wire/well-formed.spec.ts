import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Injectable } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { Input, ModelService, Step, Tool, Workflow } from '../../lib/index.js';
import { OrchestrationHarness, OrchestrationTestingModule } from '../../lib/testing/index.js';
import { type Handler, json, LocalServer, responseOf, messageItem } from './local-server.fixture.js';
import { vendors } from './vendors.fixture.js';

const server = new LocalServer();
beforeAll(() => server.start());
afterAll(() => server.stop());
beforeEach(() => server.reset());

@Injectable()
class Notes {
  @Tool({ description: 'Reads a note', effect: 'none' })
  async read(): Promise<string> {
    return 'Thank you 😀'.slice(0, -1);
  }
}

@Workflow()
class AskWorkflow {
  constructor(private readonly models: ModelService) {}

  @Step()
  async ask(@Input() question: string): Promise<string> {
    return (await this.models.generate({ prompt: question, tools: [Notes] })).text;
  }
}

/** The answer of a model that calls the tool, with these arguments as they come over the wire. */
const calling = {
  openai: (raw: string): Handler =>
    json({
      choices: [
        { finish_reason: 'tool_calls', message: { tool_calls: [{ id: 'c1', type: 'function', function: { name: 'read', arguments: raw } }] } },
      ],
      usage: { prompt_tokens: 1, completion_tokens: 1 },
    }),
  responses: (raw: string): Handler =>
    json(responseOf([{ type: 'function_call', id: 'fc_1', call_id: 'c1', name: 'read', arguments: raw }])),
  anthropic: (raw: string): Handler =>
    json({ content: [{ type: 'tool_use', id: 'c1', name: 'read', input: { raw } }], stop_reason: 'tool_use', usage: { input_tokens: 1, output_tokens: 1 } }),
}; // prettier-ignore
const saying = {
  openai: json({ choices: [{ finish_reason: 'stop', message: { content: 'done' } }], usage: { prompt_tokens: 1, completion_tokens: 1 } }),
  responses: json(responseOf([messageItem('done')])),
  anthropic: json({ content: [{ type: 'text', text: 'done' }], stop_reason: 'end_turn', usage: { input_tokens: 1, output_tokens: 1 } }),
}; // prettier-ignore

/** Every text of a JSON value, keys included. */
function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return [...Object.keys(value), ...Object.values(value).flatMap(textsOf)];
}

describe.each(vendors)('a request to $vendor', ({ vendor, model, provider }) => {
  it.each([
    ['a tool has cut its result', '{}', 'hello'],
    ['the 200th character of broken arguments is half an emoji', `{"q":"${'x'.repeat(193)}😀`, 'hello'],
    ['the arguments hold half an emoji', '{"q":"\\ud83d"}', 'hello'],
    ['the application has cut the prompt', '{}', 'hello 😀'.slice(0, -1)],
  ])('is well-formed where %s', async (_what, raw, prompt) => {
    server.handler = (response, incoming) =>
      (server.bodies.length === 1 ? calling[vendor](raw) : saying[vendor])(response, incoming);
    const models = { providers: [provider(server.url)], default: model };
    const module = await Test.createTestingModule({
      imports: [OrchestrationTestingModule.forRoot({ models })],
      providers: [Notes, AskWorkflow],
    }).compile();
    const t = await OrchestrationHarness.from(module, { models: 'configured' });
    await t.run(AskWorkflow, prompt);
    await t.close();
    expect(server.bodies).toHaveLength(2);
    const texts = textsOf(server.bodies);
    // An emoji that is cut in half, and only then, leaves a mark; what we cut ourselves is cut before it.
    expect(texts.filter((text) => /\p{Surrogate}/u.test(text))).toEqual([]);
    expect(texts.some((text) => text.includes('xx\uFFFD'))).toBe(false);
  });
});
