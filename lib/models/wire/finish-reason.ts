import type { FinishReason } from '../provider/model-provider.js';

/**
 * Why answers end, in the words of OpenAI, Anthropic and the servers that speak their APIs; gateways mix them.
 * `eos`: Together; `eos_token`: Text Generation Inference; `model_length`: Mistral; `safety` and those beside it: Gemini.
 */
const reasons: ReadonlyMap<string, FinishReason> = new Map(
  Object.entries({
    stop: ['stop', 'end_turn', 'stop_sequence', 'eos', 'eos_token', 'end'],
    length: ['length', 'max_tokens', 'max_output_tokens', 'model_length', 'model_context_window_exceeded'],
    'tool-calls': ['tool_calls', 'tool_call', 'tool_use', 'function_call'],
    'content-filter': [
      'content_filter', 'refusal', 'safety', 'recitation', 'blocklist', 'prohibited_content', 'spii',
    ], // prettier-ignore
  } satisfies Partial<Record<FinishReason, readonly string[]>>).flatMap(([reason, words]) =>
    // The keys of the object above are finish reasons.
    words.map((word) => [word, reason as FinishReason] as const),
  ),
);

/**
 * @param hasCalls a sequence that the request names has ended such an answer in the middle of what the model was about to write
 * @returns `other` for what is not on the list: nothing says then that the answer is whole
 */
export function finishReason(word: string, hasCalls: boolean): FinishReason {
  const plain = word.toLowerCase().replaceAll('-', '_');
  return hasCalls && plain === 'stop_sequence' ? 'other' : (reasons.get(plain) ?? 'other');
}
