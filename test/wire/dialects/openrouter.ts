import { expect } from '@jest/globals';
import { chunk, completion, type Dialect, done } from './dialect.js';

/**
 * OpenRouter. Sources: https://openrouter.ai/docs/api-reference/streaming (comments, errors inside a stream),
 * https://openrouter.ai/docs/errors (codes, `metadata`), https://openrouter.ai/docs/use-cases/reasoning-tokens
 * (`reasoning_details`), https://openrouter.ai/docs/api-reference/overview (`native_finish_reason`, the usage in a chunk
 * whose choice says nothing).
 */
export const openRouter: readonly Dialect[] = [
  {
    what: 'comments that keep the connection alive, and the usage behind the reason',
    stream: [
      ': OPENROUTER PROCESSING\n\n',
      ': OPENROUTER PROCESSING\n\n',
      chunk({ role: 'assistant', content: 'H', reasoning: null, reasoning_details: [] }),
      chunk({ role: 'assistant', content: 'i' }),
      chunk({ role: 'assistant', content: '' }, 'stop'),
      chunk({ role: 'assistant', content: '' }, null, {
        usage: { prompt_tokens: 10, completion_tokens: 5, cost: 0.1 },
      }),
      done,
    ],
    means: { text: 'Hi', finishReason: 'stop', usage: { inputTokens: 10, outputTokens: 5 } },
  },
  {
    what: 'a stream without any reason that told its usage and its end',
    stream: [
      chunk({ role: 'assistant', content: 'Hi' }),
      { choices: [], usage: { prompt_tokens: 10, completion_tokens: 5 } },
      done,
    ],
    means: { text: 'Hi', finishReason: 'other' },
  },
  {
    what: 'an error in the choice of a stream',
    stream: [
      chunk({ role: 'assistant', content: 'On' }),
      {
        ...chunk({ content: '' }, 'error'),
        provider: 'openai',
        error: { code: 'server_error', message: 'Provider disconnected unexpectedly' },
      },
    ],
    means: { error: 'Provider disconnected unexpectedly', transient: true },
  },
  {
    what: 'what the provider behind it said',
    body: {
      error: {
        code: 429,
        message: 'Provider returned error',
        metadata: { provider_name: 'Groq', raw: 'Slow down' },
      },
    },
    means: { error: 'Provider returned error (Groq: Slow down)', transient: true, status: 429 },
  },
  {
    what: 'no credit, which no other attempt changes',
    body: { error: { code: 402, message: 'Insufficient credits' }, user_id: 'u' },
    means: { error: 'Insufficient credits', transient: false, status: 402 },
  },
  {
    what: 'an error of the choice in one piece',
    body: {
      ...completion({ content: '' }, 'error'),
      choices: [
        {
          index: 0,
          finish_reason: 'error',
          message: { content: '' },
          error: { code: 502, message: 'Upstream broke' },
        },
      ],
    },
    means: { error: 'Upstream broke', transient: true, status: 502 },
  },
  {
    what: 'reasoning_details in pieces, which are one detail',
    stream: [
      chunk({
        content: '',
        reasoning: 'I look',
        reasoning_details: [
          { type: 'reasoning.text', text: 'I look', format: 'anthropic-claude-v1', index: 0 },
        ],
      }),
      chunk({
        content: '',
        reasoning: ' it up.',
        reasoning_details: [
          {
            type: 'reasoning.text',
            text: ' it up.',
            signature: 'c2ln',
            format: 'anthropic-claude-v1',
            index: 0,
          },
        ],
      }),
      chunk(
        { tool_calls: [{ index: 0, id: 'c', type: 'function', function: { name: 'now', arguments: '{}' } }] },
        'tool_calls',
      ),
      done,
    ],
    means: {
      reasoning: 'I look it up.',
      opaque: {
        vendor: 'openai',
        model: 'm',
        parts: [
          {
            message: {
              reasoning: 'I look it up.',
              reasoning_details: [
                {
                  type: 'reasoning.text',
                  text: 'I look it up.',
                  signature: 'c2ln',
                  format: 'anthropic-claude-v1',
                  index: 0,
                },
              ],
            },
          },
        ],
        hash: expect.any(String) as never,
      },
    },
  },
];
