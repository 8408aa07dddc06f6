import type OpenAI from 'openai';
import type { AnswerBody, AnswerDraft, ModelRequest } from '../../models/index.js';
import type { OpenAiApi } from '../openai-api.js';
import { ChatAnswer } from './chat-answer.js';
import { chatRequest, chatSettings } from './chat-request.js';
import type { LimitField } from './limit-field.js';

/** Chat Completions: what nearly every server speaks. */
export class ChatCompletions implements OpenAiApi {
  readonly settings = chatSettings;

  constructor(private readonly limitField: LimitField) {}

  body(request: ModelRequest, vendor: string, stream: boolean): object {
    const body = chatRequest(request, vendor, this.limitField);
    return stream ? { ...body, stream, stream_options: { include_usage: true } } : body;
  }

  send(client: OpenAI, body: object, signal: AbortSignal): PromiseLike<AnswerBody> {
    // As `body` has made it.
    const params = body as OpenAI.Chat.ChatCompletionCreateParamsNonStreaming;
    return client.chat.completions.create(params, { signal }).asResponse();
  }

  draft(request: ModelRequest, vendor: string): AnswerDraft {
    return new ChatAnswer(request, vendor);
  }
}
