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
import { embeddingAnswers } from './embedding-answer.js';
import type { OpenAiApi } from './openai-api.js';

/** OpenAI's models by one of its APIs, and its Embeddings. */
export class OpenAiProvider extends ModelProvider {
  constructor(
    readonly name: string,
    private readonly client: OpenAI,
    private readonly api: OpenAiApi,
  ) {
    super();
  }

  override async generate(request: ModelRequest, signal: AbortSignal): Promise<ProviderAnswer> {
    for await (const delta of this.ask(request, false, signal)) if (delta.type === 'end') return delta.answer;
    throw truncatedAnswer(`${this.name}/${request.model}`, 'there was no answer');
  }

  override stream(request: ModelRequest, signal: AbortSignal): AsyncIterable<ModelDelta> {
    return this.ask(request, true, signal);
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
    stream: boolean,
    signal: AbortSignal,
  ): AsyncGenerator<ModelDelta> {
    const { api, name, client } = this;
    const body = api.body(request, name, stream);
    const sdk: SdkRequest = {
      ...this.requestTo(request.model, signal),
      sent: { body, vendor: name, names: api.settings },
    };
    const response = await fromSdk(sdk, () => api.send(client, body, signal));
    yield* eachFromSdk(sdk, answerDeltas(api.draft(request, name), response, sdk.model));
  }

  private requestTo(model: string, signal: AbortSignal): SdkRequest {
    return { model: `${this.name}/${model}`, signal, errors: OpenAI };
  }
}
