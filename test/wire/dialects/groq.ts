import { chunk, completion, type Dialect, done } from './dialect.js';

/**
 * Groq. Sources: https://console.groq.com/docs/api-reference (`x_groq`), the types of github.com/groq/groq-python
 * (`reasoning`, `executed_tools`), https://console.groq.com/docs/tool-use (`tool_use_failed` with `failed_generation`).
 */
export const groq: readonly Dialect[] = [
  {
    what: 'the usage of a stream under x_groq',
    stream: [
      chunk({ role: 'assistant', content: '' }, null, { x_groq: { id: 'req_1' } }),
      chunk({ content: 'Hi' }),
      chunk({}, 'stop', {
        x_groq: { id: 'req_1', usage: { queue_time: 0.1, prompt_tokens: 10, completion_tokens: 5 } },
      }),
      done,
    ],
    means: { text: 'Hi', usage: { inputTokens: 10, outputTokens: 5 } },
  },
  {
    what: 'reasoning beside a call, and tools that it executed itself',
    body: completion(
      {
        reasoning: 'I look it up.',
        executed_tools: [],
        tool_calls: [
          { id: 'fc_1', type: 'function', function: { name: 'weather', arguments: '{"city":"Rome"}' } },
        ],
      },
      'tool_calls',
      {
        usage: { queue_time: 0.1, prompt_tokens: 10, completion_tokens: 5, total_time: 0.2 },
        x_groq: { id: 'req_1' },
      },
    ),
    means: {
      reasoning: 'I look it up.',
      toolCalls: [{ id: 'fc_1', name: 'weather', raw: '{"city":"Rome"}', arguments: { city: 'Rome' } }],
      usage: { inputTokens: 10, outputTokens: 5 },
    },
  },
  {
    what: 'a call that it could not read, inside a stream',
    stream: [
      chunk({ role: 'assistant', content: '' }),
      {
        error: {
          message: "Failed to call a function. See 'failed_generation' for more details.",
          type: 'invalid_request_error',
          code: 'tool_use_failed',
          failed_generation: '<function=now>{}',
        },
      },
    ],
    means: { error: 'Failed to call a function', transient: false },
  },
];
