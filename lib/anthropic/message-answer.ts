import type Anthropic from '@anthropic-ai/sdk';
import {
  brokenAnswer,
  type FinishReason,
  type ModelToolCall,
  type ProviderAnswer,
  messageUsage,
} from '../models/index.js';
import type { JsonValue } from '../values/index.js';

/** What Messages answered. @throws {ModelCallError} if it is no message. */
export function messageAnswer(message: Anthropic.Message, model: string): ProviderAnswer {
  // Proxies send all kinds of things with status 200; the SDK doesn't check.
  const { content, stop_reason: reason, usage } = (message ?? {}) as Partial<Anthropic.Message>;
  if (!Array.isArray(content)) throw brokenAnswer(model, 'the answer is no message');
  return {
    text: content.map((block) => (block.type === 'text' ? block.text : '')).join(''),
    toolCalls: content.flatMap((block) => (block.type === 'tool_use' ? [toolCall(block)] : [])),
    finishReason: finishReason(reason),
    usage: messageUsage(usage),
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
