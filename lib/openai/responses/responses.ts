import type OpenAI from 'openai';
import type { AnswerBody, AnswerDraft, ModelRequest } from '../../models/index.js';
import type { OpenAiApi } from '../openai-api.js';
import { ResponsesAnswer } from './responses-answer.js';
import { type ReasoningSummary, responsesRequest, responsesSettings } from './responses-request.js';

/** Responses, without anything that stays with OpenAI: the conversation is sent each time, reasoning encrypted. */
export class Responses implements OpenAiApi {
  readonly settings = responsesSettings;

  constructor(private readonly summary: ReasoningSummary | undefined) {}

  body(request: ModelRequest, vendor: string, stream: boolean): object {
    const body = responsesRequest(request, vendor, this.summary);
    return stream ? { ...body, stream } : body;
  }

  send(client: OpenAI, body: object, signal: AbortSignal): PromiseLike<AnswerBody> {
    // As `body` has made it.
    const params = body as OpenAI.Responses.ResponseCreateParamsNonStreaming;
    return client.responses.create(params, { signal }).asResponse();
  }

  draft(request: ModelRequest, vendor: string): AnswerDraft {
    return new ResponsesAnswer(request, vendor);
  }
}
