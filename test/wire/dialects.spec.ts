import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { mostTokens } from '../../lib/models/index.js';
import { readTokenUsage } from '../../lib/models/prices/token-usage.js';
import { openai } from '../../lib/openai/index.js';
import type { Dialect } from './dialects/dialect.js';
import { groq } from './dialects/groq.js';
import { lmStudio } from './dialects/lm-studio.js';
import { ollama } from './dialects/ollama.js';
import { openRouter } from './dialects/openrouter.js';
import { vllm } from './dialects/vllm.js';
import { type Handler, json, LocalServer } from './local-server.fixture.js';
import { listen, never, request } from './vendors.fixture.js';

const server = new LocalServer();
beforeAll(() => server.start());
afterAll(() => server.stop());
beforeEach(() => server.reset());

const events =
  (stream: readonly unknown[]): Handler =>
  (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (const each of stream) {
      response.write(typeof each === 'string' ? each : `data: ${JSON.stringify(each)}\n\n`);
    }
    response.end();
  };

describe.each([
  ['vLLM', vllm],
  ['Ollama', ollama],
  ['LM Studio', lmStudio],
  ['OpenRouter', openRouter],
  ['Groq', groq],
])('%s', (_server, dialects) => {
  const cases = dialects.flatMap((dialect) =>
    (['generate', 'stream'] as const).map((way) => [dialect.what, way, dialect] as const),
  );
  // A server that streams where nobody asked for it, and one that does not where somebody did, are read alike.
  it.each(cases)('%s (%s)', async (_what, way, { body, stream, means }: Dialect) => {
    server.handler = stream ? events(stream) : json(body);
    const vendor = openai({ apiKey: 'k', baseURL: `${server.url}/v1` });
    const asked = request('openai/m', 'hello');
    const answer =
      way === 'stream'
        ? listen(vendor.stream(asked, never()))
        : vendor.generate(asked, never()).then((whole) => ({ answer: whole, texts: [whole.text] }));
    if ('error' in means) {
      await expect(answer).rejects.toMatchObject({
        code: 'MODEL_CALL_FAILED',
        message: expect.stringContaining(means.error),
        failure: {
          transient: means.transient,
          ...(means.status === undefined ? {} : { status: means.status }),
        },
      });
      return;
    }
    const heard = await answer;
    // As it is booked: what is unknown counts as the most that it can have been.
    const usage = readTokenUsage(heard.answer?.usage, () => mostTokens(asked));
    expect({ ...heard.answer, usage }).toMatchObject(means);
    expect(heard.texts.join('')).toBe(heard.answer?.text);
  });
});
