import { chunk, completion, type Dialect, done } from './dialect.js';

/**
 * Ollama. Sources: `ToChatCompletion`, `ToChunk`, `ToToolCalls` in openai/openai.go of github.com/ollama/ollama (index 0 for
 * each call of the native API, `reasoning`, null for a reason that is not known, no `logprobs`); `{"error":"…"}` in
 * server/routes.go for what goes wrong inside a stream; think blocks in the content before `think` was an option.
 */
export const ollama: readonly Dialect[] = [
  {
    what: 'two calls under one index, each whole in its chunk',
    stream: [
      chunk({
        role: 'assistant',
        content: '',
        tool_calls: [
          {
            id: 'call_a1',
            index: 0,
            type: 'function',
            function: { name: 'weather', arguments: '{"city":"Rome"}' },
          },
        ],
      }),
      chunk({
        role: 'assistant',
        content: '',
        tool_calls: [
          {
            id: 'call_a2',
            index: 0,
            type: 'function',
            function: { name: 'weather', arguments: '{"city":"Oslo"}' },
          },
        ],
      }),
      chunk({ role: 'assistant', content: '' }, 'tool_calls'),
      done,
    ],
    means: {
      toolCalls: [
        { id: 'call_a1', name: 'weather', raw: '{"city":"Rome"}', arguments: { city: 'Rome' } },
        { id: 'call_a2', name: 'weather', raw: '{"city":"Oslo"}', arguments: { city: 'Oslo' } },
      ],
      finishReason: 'tool-calls',
    },
  },
  {
    what: 'arguments as an object, ids as empty texts',
    body: completion(
      {
        content: '',
        tool_calls: [
          { id: '', index: 0, type: 'function', function: { name: 'weather', arguments: { city: 'Rome' } } },
          { id: '', index: 0, type: 'function', function: { name: 'weather', arguments: { city: 'Rome' } } },
        ],
      },
      'tool_calls',
    ),
    means: {
      toolCalls: [
        { id: 'call_1_1', name: 'weather', raw: '{"city":"Rome"}', arguments: { city: 'Rome' } },
        { id: 'call_1_2', name: 'weather', raw: '{"city":"Rome"}', arguments: { city: 'Rome' } },
      ],
    },
  },
  {
    what: 'no reason why it ended',
    body: completion({ content: 'Hi', reasoning: 'The user greets.' }, null),
    means: { text: 'Hi', reasoning: 'The user greets.', finishReason: 'other' },
  },
  {
    what: 'a think block before the answer',
    body: completion({ content: '<think>\nThe user greets.\n</think>\n\nHi' }, 'stop'),
    means: { text: 'Hi', reasoning: '\nThe user greets.\n' },
  },
  {
    what: 'a think block in pieces',
    stream: [
      chunk({ role: 'assistant', content: '<th' }),
      chunk({ role: 'assistant', content: 'ink>The user </thin' }),
      chunk({ role: 'assistant', content: 'g greets.</think' }),
      chunk({ role: 'assistant', content: '>\n\nH' }),
      chunk({ role: 'assistant', content: 'i' }),
      chunk({ role: 'assistant', content: '' }, 'stop'),
      done,
    ],
    means: { text: 'Hi', reasoning: 'The user </thing greets.' },
  },
  {
    what: 'an error that is a text',
    stream: [chunk({ role: 'assistant', content: 'On' }), { error: 'model runner has unexpectedly stopped' }],
    means: { error: 'model runner has unexpectedly stopped', transient: true },
  },
];
