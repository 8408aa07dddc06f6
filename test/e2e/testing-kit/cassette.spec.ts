import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Test } from '@nestjs/testing';
import { Agent, Tool } from 'nestjs-nestor';
import { openai } from 'nestjs-nestor/openai';
import { Cassette, OrchestrationHarness, OrchestrationTestingModule } from 'nestjs-nestor/testing';
import { LocalServer, spoken } from '../../wire/local-server.fixture.js';

const clock = { day: 1 };

class Query {
  readonly number!: string;
}

@Agent({ instructions: () => `You find invoices. It is day ${clock.day}.` })
class FinderAgent {
  @Tool({ description: 'Finds an invoice', effect: 'none' })
  async find({ number }: Query) {
    return { number, usd: 12 };
  }
}

const usage = { prompt_tokens: 10, completion_tokens: 5 };
const calling = {
  ...spoken.openai.answer,
  usage,
  choices: [
    {
      index: 0,
      finish_reason: 'tool_calls',
      message: {
        role: 'assistant',
        content: null,
        tool_calls: [{ id: 'c1', type: 'function', function: { name: 'find', arguments: '{"number":"7"}' } }],
      },
    },
  ],
};

describe('a cassette', () => {
  const server = new LocalServer();
  const directory = mkdtempSync(join(tmpdir(), 'cassettes-'));
  const file = join(directory, 'deep', 'finder.json');

  beforeAll(async () => {
    await server.start();
    const answers = [calling, spoken.openai.answer];
    server.handler = (response) => {
      const answer = answers.shift();
      response.writeHead(answer ? 200 : 500, { 'content-type': 'application/json' });
      response.end(JSON.stringify(answer ?? {}));
    };
  });
  afterAll(() => server.stop());
  beforeEach(() => {
    clock.day = 1;
  });

  async function host(cassette: Cassette, apiKey: string): Promise<OrchestrationHarness> {
    const module = await Test.createTestingModule({
      imports: [
        OrchestrationTestingModule.forRoot({
          models: {
            providers: [openai({ apiKey, baseURL: `${server.url}/v1` })],
            default: 'openai/gpt-5-mini',
          },
        }),
      ],
      providers: [FinderAgent],
    }).compile();
    return OrchestrationHarness.from(module, { models: cassette });
  }

  it('holds what the real models have answered, and no key', async () => {
    const t = await host(new Cassette(file, { record: true }), 'sk-secret');
    expect(await t.run(FinderAgent, 'Find 7')).toMatchObject({ status: 'completed', output: 'Hi!' });
    await t.close();
    expect(server.bodies).toHaveLength(2);
    const { entries } = JSON.parse(readFileSync(file, 'utf8')) as { readonly entries: readonly object[] };
    expect(entries).toMatchObject([
      { provider: 'openai', answer: { toolCalls: [{ name: 'find' }] } },
      { provider: 'openai', answer: { text: 'Hi!' } },
    ]);
    expect(readFileSync(file, 'utf8')).not.toContain('sk-secret');
  });

  it('answers without them, at the price that they have', async () => {
    const cassette = new Cassette(file);
    expect(cassette.unused).toBe(2);
    const t = await host(cassette, 'none');
    const result = await t.run(FinderAgent, 'Find 7');
    expect(result).toMatchObject({ status: 'completed', output: 'Hi!', usage: { calls: 2 } });
    expect(result.usage.usd).toBeGreaterThan(0);
    expect(cassette.unused).toBe(0);
    expect(server.bodies).toHaveLength(2);
    await t.close();
  });

  it('fails on what was not recorded, and says where it differs', async () => {
    const t = await host(new Cassette(file), 'none');
    clock.day = 2;
    expect(await t.run(FinderAgent, 'Find 7')).toMatchObject({
      status: 'failed',
      error: {
        message: expect.stringContaining(
          `this request is not in ${file}. The next recorded request is another one at $.messages[0].content`,
        ),
      },
    });
    expect(server.bodies).toHaveLength(2);
    await t.close();
  });

  it('can be told what has to be the same', async () => {
    const match = ({ messages }: { readonly messages: readonly { readonly role: string }[] }) => ({
      said: messages.filter(({ role }) => role !== 'system'),
    });
    const recorded = JSON.parse(readFileSync(file, 'utf8')) as {
      entries: { request: { messages: { role: string }[] } }[];
    };
    const other = join(directory, 'matched.json');
    const entries = recorded.entries.map((entry) => ({ ...entry, request: match(entry.request) }));
    writeFileSync(other, JSON.stringify({ format: 1, entries }));
    const t = await host(new Cassette(other, { match }), 'none');
    clock.day = 3;
    expect(await t.run(FinderAgent, 'Find 7')).toMatchObject({ status: 'completed', output: 'Hi!' });
    await t.close();
  });

  it('that is not there, or is none, says how to record it', () => {
    const missing = join(directory, 'missing.json');
    expect(() => new Cassette(missing)).toThrow(/missing\.json can't be read .*record: true/);
    expect(existsSync(missing)).toBe(false);
    const none = join(directory, 'none.json');
    writeFileSync(none, '{"format":2}');
    expect(() => new Cassette(none)).toThrow('none.json is not a cassette of format 1');
  });
});
