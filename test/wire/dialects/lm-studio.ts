import { expect } from '@jest/globals';
import { chunk, completion, type Dialect, done } from './dialect.js';

/**
 * LM Studio. Sources: https://lmstudio.ai/docs/developer/openai-compat/tools (ids that are numbers, streams of calls);
 * https://github.com/zendev-sh/goai/pull/110 (an error event without a type, its message twice).
 */
export const lmStudio: readonly Dialect[] = [
  {
    what: 'ids of digits, no content at all, stats beside the choices',
    body: completion(
      {
        tool_calls: [
          { id: 365174485, type: 'function', function: { name: 'weather', arguments: '{"city":"Rome"}' } },
        ],
      },
      'tool_calls',
      { stats: {}, system_fingerprint: 'm' },
    ),
    means: {
      text: '',
      toolCalls: [{ id: '365174485', name: 'weather', raw: '{"city":"Rome"}', arguments: { city: 'Rome' } }],
    },
  },
  {
    what: 'an error event',
    stream: ['event: error\ndata: {"error":{"message":"Compute error."},"message":"Compute error."}\n\n'],
    means: { error: 'Compute error.', transient: true },
  },
  {
    what: 'no usage in a stream, which counts as the most it can have been',
    stream: [chunk({ role: 'assistant', content: 'Hi' }), chunk({}, 'stop'), done],
    means: { text: 'Hi', usage: { inputTokens: expect.any(Number) as never, outputTokens: 100 } },
  },
  {
    what: 'a text that is not a think block though it speaks of one',
    body: completion({ content: 'The tag is <think>.' }, 'stop'),
    means: { text: 'The tag is <think>.' },
  },
];
