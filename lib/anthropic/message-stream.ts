import type Anthropic from '@anthropic-ai/sdk';
import { brokenAnswer, type ProviderAnswer, requestedToolCall, messageUsage } from '../models/index.js';
import { finishReason } from './message-answer.js';

/** Puts the events of a streamed message together. */
export class MessageStream {
  private text = '';
  private reason: string | null | undefined;
  private whole = false;
  private usage: Readonly<Record<string, unknown>> = {};
  private readonly calls = new Map<number, { id: string; name: string; raw: string }>();

  constructor(private readonly model: string) {}

  /** Gives back the text that is new. */
  take(event: Anthropic.RawMessageStreamEvent): string {
    switch (event.type) {
      case 'message_start':
        // What it has written by now says nothing of what it will have written in the end.
        this.usage = { ...present(event.message?.usage), output_tokens: undefined };
        return '';
      case 'content_block_start':
        if (event.content_block.type === 'tool_use') {
          const { id, name } = event.content_block;
          this.calls.set(event.index, { id, name, raw: '' });
        }
        return event.content_block.type === 'text' ? this.added(event.content_block.text) : '';
      case 'content_block_delta':
        if (event.delta.type === 'input_json_delta') this.addArguments(event.index, event.delta.partial_json);
        return event.delta.type === 'text_delta' ? this.added(event.delta.text) : '';
      case 'message_delta':
        this.reason = event.delta.stop_reason;
        // These counts stand for the whole message; those that are absent are as they were at the start.
        this.usage = { ...this.usage, ...present(event.usage) };
        return '';
      case 'message_stop':
        this.whole = true;
        return '';
      default:
        return '';
    }
  }

  /** @throws {ModelCallError} if the stream was cut short, also by an abort, after which the SDK just ends. */
  answer(): ProviderAnswer {
    if (!this.whole) throw brokenAnswer(this.model, 'the stream ended before the answer was whole');
    return {
      text: this.text,
      toolCalls: [...this.calls.values()].map(({ id, name, raw }) => requestedToolCall(id, name, raw)),
      finishReason: finishReason(this.reason),
      usage: messageUsage(this.usage),
    };
  }

  private added(text: string): string {
    this.text += text;
    return text;
  }

  private addArguments(index: number, json: string): void {
    const call = this.calls.get(index);
    if (call) this.calls.set(index, { ...call, raw: call.raw + json });
  }
}

function present(counts: object | null | undefined): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(counts ?? {}).filter(([, value]) => value !== null && value !== undefined),
  );
}
