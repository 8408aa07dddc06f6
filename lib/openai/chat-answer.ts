import type OpenAI from 'openai';
import {
  brokenAnswer,
  type FinishReason,
  type ProviderAnswer,
  requestedToolCall,
  chatUsage,
} from '../models/index.js';

/** What Chat Completions answered. @throws {ModelCallError} if it is no completion. */
export function chatAnswer(completion: OpenAI.Chat.ChatCompletion, model: string): ProviderAnswer {
  // Compatible servers and proxies send all kinds of things with status 200; the SDK doesn't check.
  const choice = (completion as Partial<OpenAI.Chat.ChatCompletion> | string | undefined | null)
    ? completion.choices?.[0]
    : undefined;
  if (!choice?.message) throw brokenAnswer(model, 'the answer is no chat completion');
  const { content, refusal, tool_calls: calls = [] } = choice.message;
  return {
    text: content ?? refusal ?? '',
    toolCalls: calls
      .filter((call) => call.type === 'function')
      .map(({ id, function: { name, arguments: raw } }) => requestedToolCall(id, name, raw)),
    finishReason: refusal ? 'content-filter' : finishReason(choice.finish_reason),
    usage: chatUsage(completion.usage),
  };
}

const reasons: Readonly<Record<string, FinishReason>> = {
  stop: 'stop',
  length: 'length',
  tool_calls: 'tool-calls',
  function_call: 'tool-calls',
  content_filter: 'content-filter',
};

export function finishReason(reason: string | null | undefined): FinishReason {
  return reasons[reason ?? ''] ?? 'other';
}
