import Anthropic from '@anthropic-ai/sdk';
import { describe, expect, it } from '@jest/globals';
import OpenAI from 'openai';
import { eachFromSdk, fromSdk } from '../../lib/models/index.js';

const sdks = [
  { sdk: 'openai', errors: OpenAI },
  { sdk: 'anthropic', errors: Anthropic },
] as const;

async function* broken(error: unknown): AsyncGenerator<number> {
  yield 1;
  throw error;
}

describe.each(sdks)('what the SDK of $sdk throws', ({ sdk, errors }) => {
  const request = (signal = new AbortController().signal) => ({ model: `${sdk}/m`, signal, errors });
  const failed = (thrown: unknown) => fromSdk(request(), () => Promise.reject(thrown));
  const streamed = async (thrown: unknown) => {
    for await (const event of eachFromSdk(request(), broken(thrown))) expect(event).toBe(1);
  };

  it.each([
    ['APIUserAbortError', new errors.APIUserAbortError(), 'unknown'],
    ['TypeError', new TypeError("Cannot read properties of undefined (reading 'id')"), 'not-sent'],
    ['RangeError', new RangeError('Maximum call stack size exceeded'), 'not-sent'],
    [errors === OpenAI ? 'OpenAIError' : 'AnthropicError', errors === OpenAI ? new OpenAI.OpenAIError('Streaming is required') : new Anthropic.AnthropicError('Streaming is required'), 'not-sent'],
    ['AbortError', new DOMException('This operation was aborted', 'AbortError'), 'not-sent'],
  ])('of itself is named and not asked again: %s', async (name, thrown, outcome) => {
    await expect(failed(thrown)).rejects.toMatchObject({
      message: expect.stringContaining(`${sdk}/m failed: the SDK threw ${name}: ${thrown.message.replace(/\.$/, '')}`),
      failure: { transient: false, outcome },
    });
    await expect(streamed(thrown)).rejects.toMatchObject({ failure: { transient: false, outcome: 'unknown' } });
  }); // prettier-ignore

  it('where a client of its own makes no request, synchronously, is named, too', async () => {
    const ask = (): Promise<never> => {
      throw new TypeError('Invalid URL');
    };
    await expect(fromSdk(request(), ask)).rejects.toMatchObject({ failure: { transient: false } });
  });

  it.each([
    ['a connection that was lost', new errors.APIConnectionError({ cause: Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' }) })],
    ['a timeout', new errors.APIConnectionTimeoutError()],
    ['a body that broke off', new TypeError('terminated', { cause: Object.assign(new Error('other side closed'), { code: 'UND_ERR_SOCKET' }) })],
    ['an answer that is not JSON', new SyntaxError('Unexpected end of JSON input')],
  ])('of the wire may be asked again: %s', async (_what, thrown) => {
    const lost = { failure: { transient: true, outcome: 'unknown' } };
    await expect(failed(thrown)).rejects.toMatchObject(lost);
    await expect(streamed(thrown)).rejects.toMatchObject(lost);
  }); // prettier-ignore

  it('of a stream that just ends after an abort is the reason of the abort', async () => {
    const abort = new AbortController();
    async function* ends(): AsyncGenerator<number> {
      yield 1;
      abort.abort(new Error('cancelled'));
    }
    const listening = async () => {
      for await (const event of eachFromSdk(request(abort.signal), ends())) expect(event).toBe(1);
    };
    await expect(listening()).rejects.toThrow('cancelled');
  });
});
