import type Anthropic from '@anthropic-ai/sdk';
import {
  brokenAnswer,
  type FinishReason,
  type ModelAnswer,
  type ModelToolCall,
  type TokenUsage,
} from '../models/index.js';
import type { JsonValue } from '../values/index.js';

/** What Messages answered. @throws {ModelCallError} if it is no message. */
export function messageAnswer(message: Anthropic.Message, model: string): ModelAnswer {
  // Proxies send all kinds of things with status 200; the SDK doesn't check.
  const { content, stop_reason: reason, usage } = (message ?? {}) as Partial<Anthropic.Message>;
  if (!Array.isArray(content) || !usage) throw brokenAnswer(model, 'the answer is no message');
  return {
    text: content.map((block) => (block.type === 'text' ? block.text : '')).join(''),
    toolCalls: content.flatMap((block) => (block.type === 'tool_use' ? [toolCall(block)] : [])),
    finishReason: finishReason(reason),
    usage: tokenUsage(usage),
  };
}

/** The SDK gives the arguments as JSON has them. */
function toolCall({ id, name, input }: { id: string; name: string; input: unknown }): ModelToolCall {
  return { id, name, raw: JSON.stringify(input ?? {}), arguments: (input ?? {}) as JsonValue };
}

const reasons: Readonly<Record<string, FinishReason>> = {
  end_turn: 'stop',
  stop_sequence: 'stop',
  max_tokens: 'length',
  model_context_window_exceeded: 'length',
  tool_use: 'tool-calls',
  refusal: 'content-filter',
};

export function finishReason(reason: string | null | undefined): FinishReason {
  return reasons[reason ?? ''] ?? 'other';
}

/** What Anthropic counts apart: here, as with other vendors, all input tokens together. */
export function tokenUsage(usage: {
  readonly input_tokens: number | null;
  readonly output_tokens: number;
  readonly cache_read_input_tokens?: number | null;
  readonly cache_creation_input_tokens?: number | null;
}): TokenUsage {
  const cached = usage.cache_read_input_tokens ?? 0;
  return {
    inputTokens: (usage.input_tokens ?? 0) + cached + (usage.cache_creation_input_tokens ?? 0),
    outputTokens: usage.output_tokens,
    ...(cached > 0 ? { cachedInputTokens: cached } : {}),
  };
}
