import { describe, expect, it } from '@jest/globals';
import { isContextLength } from './context-length.js';

const tooLong = [
  "This model's maximum context length is 4097 tokens. However, your messages resulted in 4294 tokens.",
  "Requested token count exceeds the model's maximum context length of 202752 tokens.",
  'The decoder prompt (length 5000) is longer than the maximum model length of 4096.',
  'prompt is too long: 205000 tokens > 200000 maximum',
  'input length and `max_tokens` exceed context limit: 190000 + 20000 > 200000',
  'The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).',
  'Input is too long for requested model.',
  'the request exceeds the available context size. try increasing the context size or enable context shift',
];
const otherwise = [
  'max_tokens is too large: 100000. This model supports at most 16384 completion tokens.',
  'Rate limit reached: 30000 tokens per minute',
  'prompt is missing',
  'The context is not valid JSON',
];

describe('a refusal for the length of the context', () => {
  it.each(tooLong)('is told by what the vendor says: %s', (message) => {
    expect(isContextLength(message)).toBe(true);
  });

  it.each(otherwise)('is not found in: %s', (message) => {
    expect(isContextLength(message, ['invalid_request_error'])).toBe(false);
  });

  it('is told by the name of the error', () => {
    expect(isContextLength('no', ['invalid_request_error', 'context_length_exceeded'])).toBe(true);
    expect(isContextLength('no', ['exceed_context_size_error'])).toBe(true);
  });
});
