import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { json, LocalServer } from './local-server.fixture.js';
import { listen, never, request, vendors } from './vendors.fixture.js';

const server = new LocalServer();
beforeAll(() => server.start());
afterAll(() => server.stop());
beforeEach(() => server.reset());

/** What vendors answer where a request is longer than the window of the model. */
const answers = {
  'in the words of Anthropic': {
    type: 'error',
    error: { type: 'invalid_request_error', message: 'prompt is too long: 205000 tokens > 200000 maximum' },
  },
  'by the code of OpenAI': {
    error: {
      message: 'Too much.',
      type: 'invalid_request_error',
      param: 'messages',
      code: 'context_length_exceeded',
    },
  },
  'by the type of llama.cpp': {
    error: { code: 500, message: 'the request does not fit', type: 'exceed_context_size_error', n_ctx: 256 },
  },
};

describe.each(vendors)('a request to $vendor that is longer than the window', ({ model, provider }) => {
  it.each(Object.entries(answers))('fails with that reason, %s', async (_what, body) => {
    for (const status of [400, 500]) {
      server.handler = json(body, status);
      const failure = {
        failure: { reason: 'context-length', transient: false },
        details: { reason: 'context-length' },
      };
      const to = provider(server.url);
      await expect(to.generate(request(model, 'hello'), never())).rejects.toMatchObject(failure);
      await expect(listen(to.stream(request(model, 'hello'), never()))).rejects.toMatchObject(failure);
    }
  });

  it('is told from other refusals', async () => {
    server.handler = json(
      { error: { type: 'invalid_request_error', message: 'temperature is too high' } },
      400,
    );
    const asked = provider(server.url).generate(request(model, 'hello'), never());
    await expect(asked).rejects.not.toHaveProperty('failure.reason');
  });
});
