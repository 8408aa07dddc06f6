/** A null in the usage turns a paid answer into an error that looks like the host's: it is requested again and booked nowhere. */
import 'reflect-metadata';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Test } from '@nestjs/testing';
import { Input, ModelService, Step, Workflow } from '../../lib/index.js';
import { openai } from '../../lib/openai/index.js';
import { OrchestrationHarness, OrchestrationTestingModule } from '../../lib/testing/index.js';
import { json, LocalServer } from './local-server.fixture.js';

const server = new LocalServer();
beforeAll(() => server.start());
afterAll(() => server.stop());

@Workflow({ budget: { calls: 1 } })
class AskWorkflow {
  constructor(private readonly models: ModelService) {}
  @Step()
  async ask(@Input() question: string): Promise<string> {
    return (await this.models.generate({ prompt: question })).text;
  }
}

it('an answer whose usage holds a null is an answer, asked for once, and booked', async () => {
  server.handler = json({
    choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: 'Hi' } }],
    usage: { prompt_tokens: 10, completion_tokens: null, total_tokens: 10 },
  });
  const module = await Test.createTestingModule({
    imports: [
      OrchestrationTestingModule.forRoot({
        models: {
          providers: [openai({ apiKey: 'k', baseURL: `${server.url}/v1` })],
          default: 'openai/gpt-5-mini',
        },
      }),
    ],
    providers: [AskWorkflow],
  }).compile();
  const t = await OrchestrationHarness.from(module, { models: 'configured' });
  const result = await t.run(AskWorkflow, 'x');
  await t.close();
  console.log(JSON.stringify(result));
  expect({ status: result.status, requests: server.bodies.length }).toEqual({
    status: 'completed',
    requests: 1,
  });
});
