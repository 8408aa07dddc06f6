import OpenAI from 'openai';
import {
  answerDeltas,
  truncatedAnswer,
  eachFromSdk,
  fromSdk,
  type ModelDelta,
  ModelProvider,
  type ModelRequest,
  type ProviderAnswer,
  type ProviderEmbeddings,
  type SdkRequest,
} from '../models/index.js';
import { ChatAnswer } from './chat-answer.js';
import { chatRequest, chatSettings } from './chat-request.js';
import { embeddingAnswers } from './embedding-answer.js';
import type { LimitField } from './limit-field.js';

/** OpenAI's Chat Completions and Embeddings. */
export class OpenAiProvider extends ModelProvider {
  constructor(
    readonly name: string,
    private readonly client: OpenAI,
    private readonly limitField: LimitField,
  ) {
    super();
  }

  override async generate(request: ModelRequest, signal: AbortSignal): Promise<ProviderAnswer> {
    for await (const delta of this.ask(request, {}, signal)) if (delta.type === 'end') return delta.answer;
    throw truncatedAnswer(`${this.name}/${request.model}`, 'there was no answer');
  }

  override stream(request: ModelRequest, signal: AbortSignal): AsyncIterable<ModelDelta> {
    return this.ask(request, { stream: true, stream_options: { include_usage: true } }, signal);
  }

  override async embed(
    id: string,
    texts: readonly string[],
    signal: AbortSignal,
  ): Promise<ProviderEmbeddings> {
    const sdk = this.requestTo(id, signal);
    const body = { model: id, input: [...texts], encoding_format: 'float' as const };
    const response = await fromSdk(sdk, () => this.client.embeddings.create(body, { signal }).asResponse());
    for await (const answer of eachFromSdk(sdk, embeddingAnswers(response, sdk.model))) return answer;
    throw truncatedAnswer(sdk.model, 'there was no answer');
  }

  /** The SDK sends the request; the answer is read here, since the SDK trusts what a server sends. */
  private async *ask(
    request: ModelRequest,
    more: { readonly stream?: true; readonly stream_options?: { readonly include_usage: true } },
    signal: AbortSignal,
  ): AsyncGenerator<ModelDelta> {
    const body = { ...chatRequest(request, this.name, this.limitField), ...more };
    const sdk: SdkRequest = {
      ...this.requestTo(request.model, signal),
      sent: { body, vendor: this.name, names: chatSettings },
    };
    const response = await fromSdk(sdk, () =>
      this.client.chat.completions.create(body, { signal }).asResponse(),
    );
    yield* eachFromSdk(sdk, answerDeltas(new ChatAnswer(request, this.name), response, sdk.model));
  }

  private requestTo(model: string, signal: AbortSignal): SdkRequest {
    return { model: `${this.name}/${model}`, signal, errors: OpenAI };
  }
}
