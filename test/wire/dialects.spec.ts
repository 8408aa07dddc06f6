import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
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
  it.each(dialects.map((dialect) => [dialect.what, dialect] as const))(
    '%s',
    async (_what, { body, stream, means }: Dialect) => {
      server.handler = stream ? events(stream) : json(body);
      const vendor = openai({ apiKey: 'k', baseURL: `${server.url}/v1` });
      const asked = request('openai/m', 'hello');
      const answer = stream
        ? listen(vendor.stream(asked, never())).then((heard) => heard)
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
      expect(heard.answer).toMatchObject(means);
      expect(heard.texts.join('')).toBe(heard.answer?.text);
    },
  );
});
