import type { FinishReason } from '../model-provider.js';

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

/** Whether a text that the request names has ended the answer. */
export function isStopSequence(word: string): boolean {
  return plain(word) === 'stop_sequence';
}

/** @returns `other` for what is not on the list: nothing says then that the answer is whole. */
export function finishReason(word: string): FinishReason {
  return reasons.get(plain(word)) ?? 'other';
}

function plain(word: string): string {
  return word.toLowerCase().replaceAll('-', '_');
}
