import { chunk, completion, type Dialect, done } from './dialect.js';

/**
 * vLLM. Sources: ErrorResponse and the stream generator in vllm/entrypoints/openai (serving, protocol); the streams in
 * https://github.com/vllm-project/vllm/pull/19662, https://github.com/vllm-project/vllm/issues/18412 (ids missing in streams),
 * https://github.com/vllm-project/vllm/issues/9053 (`tool_calls` as the reason of a call that max_tokens cut off),
 * https://github.com/vllm-project/vllm/issues/37937 (`reasoning` in deltas).
 */
export const vllm: readonly Dialect[] = [
  {
    what: 'null in every field that has no value, reasoning_content beside the content',
    body: completion(
      {
        content: 'Hi',
        refusal: null,
        annotations: null,
        audio: null,
        function_call: null,
        tool_calls: [],
        reasoning_content: 'The user greets.',
      },
      'stop',
      { prompt_logprobs: null, kv_transfer_params: null, service_tier: null },
    ),
    means: { text: 'Hi', reasoning: 'The user greets.', toolCalls: [], finishReason: 'stop' },
  },
  {
    what: 'usage in a chunk of its own, in others as null, and pieces of a call without an id',
    stream: [
      chunk({ role: 'assistant', content: '' }, null, { usage: null }),
      chunk({ tool_calls: [{ index: 0, id: null, type: 'function', function: { name: 'weather' } }] }),
      chunk({ tool_calls: [{ index: 0, function: { arguments: '{"city":' } }] }),
      chunk({ tool_calls: [{ index: 0, function: { arguments: '"Rome"}' } }] }),
      chunk({ content: '' }, 'tool_calls', { usage: null }),
      { object: 'chat.completion.chunk', choices: [], usage: { prompt_tokens: 10, completion_tokens: 5 } },
      done,
    ],
    means: {
      toolCalls: [{ id: 'call_1_1', name: 'weather', raw: '{"city":"Rome"}', arguments: { city: 'Rome' } }],
      finishReason: 'tool-calls',
      usage: { inputTokens: 10, outputTokens: 5 },
    },
  },
  {
    what: 'arguments that max_tokens has cut off, with the reason of whole ones',
    stream: [
      chunk({
        tool_calls: [
          { index: 0, id: 'c', type: 'function', function: { name: 'weather', arguments: '{"ci' } },
        ],
      }),
      chunk({}, 'tool_calls'),
      done,
    ],
    means: { toolCalls: [{ id: 'c', name: 'weather', raw: '{"ci' }] },
  },
  {
    what: 'an error that is the whole body',
    body: {
      object: 'error',
      message: 'maximum context length is 4096',
      type: 'BadRequestError',
      param: null,
      code: 400,
    },
    means: { error: 'maximum context length is 4096', transient: false, status: 400 },
  },
  {
    what: 'an error inside a stream',
    stream: [
      chunk({ role: 'assistant', content: 'On' }),
      { error: { message: 'EngineCore died', type: 'InternalServerError', param: null, code: 500 } },
      done,
    ],
    means: { error: 'EngineCore died', transient: true, status: 500 },
  },
  {
    what: 'a think block whose beginning the chat template holds (no reasoning parser)',
    body: completion({ content: 'The user greets.\n</think>\n\nHi' }, 'stop'),
    means: { text: 'Hi', reasoning: 'The user greets.\n' },
  },
];
