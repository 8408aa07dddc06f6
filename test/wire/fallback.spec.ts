import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Test } from '@nestjs/testing';
import { Input, ModelService, Step, Workflow } from '../../lib/index.js';
import { OrchestrationHarness, OrchestrationTestingModule } from '../../lib/testing/index.js';
import { events, type Handler, json, LocalServer, spoken } from './local-server.fixture.js';
import { vendors } from './vendors.fixture.js';

const server = new LocalServer();
let t: OrchestrationHarness;
beforeAll(() => server.start());
afterAll(() => server.stop());
beforeEach(() => server.reset());
afterEach(() => t.close());

@Workflow()
class AskWorkflow {
  constructor(private readonly models: ModelService) {}

  @Step({ retry: { attempts: 1 }, timeout: '4h' })
  async ask(@Input() question: string): Promise<string> {
    return (await this.models.generate({ prompt: question })).text;
  }
}

@Workflow()
class StreamWorkflow {
  constructor(private readonly models: ModelService) {}

  @Step({ retry: { attempts: 1 }, timeout: '4h' })
  async ask(@Input() question: string): Promise<string> {
    return (await this.models.stream({ prompt: question }).result).text;
  }
}

const [openai, anthropic] = vendors;
const orders = [
  { first: openai, second: anthropic },
  { first: anthropic, second: openai },
].flatMap((order) => [
  { ...order, way: 'in one piece', workflow: AskWorkflow },
  { ...order, way: 'streamed', workflow: StreamWorkflow },
]);

describe.each(orders)('$first.vendor before $second.vendor, $way', ({ first, second, workflow }) => {
  /** Requests to each vendor, oldest first. */
  const asked: string[] = [];
  beforeEach(() => void asked.splice(0));

  async function run(answer: Handler): Promise<{ status: string; minutes: number }> {
    server.handler = (response, incoming) => {
      const to = incoming.url?.endsWith('/messages') ? 'anthropic' : 'openai';
      asked.push(to);
      if (to === first.vendor) return answer(response, incoming);
      const { answer: whole, begun, ended } = spoken[to];
      return (workflow === AskWorkflow ? json(whole) : events([...begun, ...ended]))(response, incoming);
    };
    const module = await Test.createTestingModule({
      imports: [
        OrchestrationTestingModule.forRoot({
          models: {
            providers: [first.provider(server.url), second.provider(server.url)],
            aliases: { fast: [first.model, second.model] },
            default: 'fast',
            timeout: '3m',
          },
        }),
      ],
      providers: [AskWorkflow, StreamWorkflow],
    }).compile();
    t = await OrchestrationHarness.from(module, { models: 'configured' });
    const begun = t.clock.now();
    const { status } = await t.run(workflow, 'x');
    return { status, minutes: Math.round((t.clock.now() - begun) / 60_000) };
  }

  it.each([
    ['two hours, in seconds', { 'retry-after': '7200' }],
    ['two hours, in milliseconds', { 'retry-after-ms': '7200000' }],
    ['a date', { date: 'Wed, 21 Oct 2026 07:28:00 GMT', 'retry-after': 'Wed, 21 Oct 2026 09:28:00 GMT' }],
  ])('a model that asks for a wait of %s is passed over for the next one', async (_what, headers) => {
    const answer = json(
      { error: { message: 'Limit of the day', code: 'rate_limit_exceeded' } },
      429,
      headers,
    );
    expect(await run(answer)).toEqual({ status: 'completed', minutes: 0 });
    expect(asked).toEqual([first.vendor, second.vendor]);
  });

  it.each(['', '-1', 'NaN', '1e400', 'Fri, 31 Dec 9999 23:59:59 GMT'])(
    'a model whose Retry-After is %j is asked three times, as if there was none',
    async (header) => {
      const answer = json({ error: { message: 'Slow down' } }, 429, { 'retry-after': header });
      expect(await run(answer)).toEqual({ status: 'completed', minutes: 0 });
      expect(asked).toEqual([first.vendor, first.vendor, first.vendor, second.vendor]);
    },
  );

  it('a model that falls silent is left for the next one when its time is over', async () => {
    const { begun } = spoken[first.vendor];
    const silent = (): void => void t.clock.advance('3m');
    const answer: Handler =
      workflow === AskWorkflow ? silent : (response, incoming) => events(begun, silent)(response, incoming);
    expect(await run(answer)).toMatchObject({ status: 'completed' });
    // Once: to wait for it three times would leave the next one no time in a step of usual length.
    expect(asked).toEqual([first.vendor, second.vendor]);
  });

  it('a model that refuses the request is asked once', async () => {
    const answer = json({ error: { message: 'No such parameter', type: 'invalid_request_error' } }, 400);
    expect(await run(answer)).toEqual({ status: 'completed', minutes: 0 });
    expect(asked).toEqual([first.vendor, second.vendor]);
  });
});
