/** Half an emoji in a request: Anthropic rejects the whole conversation ("no low surrogate in string"). */
import 'reflect-metadata';
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { Injectable } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { anthropic } from '../../lib/anthropic/index.js';
import { Input, ModelService, Step, Tool, Workflow } from '../../lib/index.js';
import { OrchestrationHarness, OrchestrationTestingModule } from '../../lib/testing/index.js';
import { events, LocalServer } from './local-server.fixture.js';

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
    return (await this.models.stream({ prompt: question, tools: [Notes] }).result).text;
  }
}
const start = { type: 'message_start', message: { usage: { input_tokens: 1, output_tokens: 1 } } };
const end = (stop_reason: string) => [
  { type: 'message_delta', delta: { stop_reason }, usage: { output_tokens: 1 } },
  { type: 'message_stop' },
];
const called = (partial_json: string) => [
  start,
  {
    type: 'content_block_start',
    index: 0,
    content_block: { type: 'tool_use', id: 'toolu_1', name: 'read', input: {} },
  },
  { type: 'content_block_delta', index: 0, delta: { type: 'input_json_delta', partial_json } },
  ...end('tool_use'),
];
const said = [
  start,
  { type: 'content_block_start', index: 0, content_block: { type: 'text', text: 'done' } },
  ...end('end_turn'),
];

it.each([
  ['broken arguments whose 200th character is half an emoji', `{"q":"${'x'.repeat(193)}😀`],
  ['a result that a tool has cut', '{}'],
])('%s', async (_what, args) => {
  server.handler = (response, request) =>
    events(server.bodies.length === 1 ? called(args) : said)(response, request);
  const module = await Test.createTestingModule({
    imports: [
      OrchestrationTestingModule.forRoot({
        models: {
          providers: [anthropic({ apiKey: 'k', baseURL: server.url })],
          default: 'anthropic/claude-haiku-4-5',
        },
      }),
    ],
    providers: [Notes, AskWorkflow],
  }).compile();
  const t = await OrchestrationHarness.from(module, { models: 'configured' });
  await t.run(AskWorkflow, 'x');
  await t.close();
  expect(
    /[\ud800-\udbff](?![\udc00-\udfff])/.test(
      JSON.stringify(server.bodies[1]).replaceAll(/\\u(d[89ab]..)/gi, (_, hex: string) =>
        String.fromCharCode(Number.parseInt(hex, 16)),
      ),
    ),
  ).toBe(false);
});
