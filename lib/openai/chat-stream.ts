import type OpenAI from 'openai';
import { brokenAnswer, type ProviderAnswer, requestedToolCall, chatUsage } from '../models/index.js';
import { finishReason } from './chat-answer.js';

/** Puts the chunks of a streamed completion together. */
export class ChatStream {
  private text = '';
  private refused = false;
  private finished: string | undefined;
  private usage: unknown;
  private readonly calls = new Map<number, { id: string; name: string; raw: string }>();

  constructor(private readonly model: string) {}

  /** Gives back the text that is new. */
  take(chunk: OpenAI.Chat.ChatCompletionChunk): string {
    if (chunk.usage) this.usage = chunk.usage;
    const choice = chunk.choices?.[0];
    if (!choice) return '';
    if (choice.finish_reason) this.finished = choice.finish_reason;
    const { content, refusal, tool_calls: calls = [] } = choice.delta ?? {};
    for (const { index, id, function: part } of calls) {
      const call = this.calls.get(index) ?? { id: '', name: '', raw: '' };
      this.calls.set(index, {
        id: call.id || (id ?? ''),
        name: call.name || (part?.name ?? ''),
        raw: call.raw + (part?.arguments ?? ''),
      });
    }
    if (refusal) this.refused = true;
    const text = content ?? refusal ?? '';
    this.text += text;
    return text;
  }

  /** @throws {ModelCallError} if the stream was cut short, also by an abort, after which the SDK just ends: its last chunks tell why it ended. */
  answer(): ProviderAnswer {
    if (this.finished === undefined) {
      throw brokenAnswer(this.model, 'the stream ended before the answer was whole');
    }
    return {
      text: this.text,
      toolCalls: [...this.calls.values()].map(({ id, name, raw }) => requestedToolCall(id, name, raw)),
      finishReason: this.refused ? 'content-filter' : finishReason(this.finished),
      usage: chatUsage(this.usage),
    };
  }
}
