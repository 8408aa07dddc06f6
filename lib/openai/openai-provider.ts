import OpenAI from 'openai';
import {
  brokenAnswer,
  eachFromSdk,
  embeddingUsage,
  fromSdk,
  type ModelDelta,
  ModelProvider,
  type ModelRequest,
  type ProviderAnswer,
  type ProviderEmbeddings,
  type SdkRequest,
} from '../models/index.js';
import { chatAnswer } from './chat-answer.js';
import { chatRequest } from './chat-request.js';
import { ChatStream } from './chat-stream.js';

/** OpenAI's Chat Completions and Embeddings. */
export class OpenAiProvider extends ModelProvider {
  constructor(
    readonly name: string,
    private readonly client: OpenAI,
  ) {
    super();
  }

  override async generate(request: ModelRequest, signal: AbortSignal): Promise<ProviderAnswer> {
    const { model, sdk } = this.called(request.model, signal);
    const body = chatRequest(request);
    const completion = await fromSdk(sdk, () => this.client.chat.completions.create(body, { signal }));
    return chatAnswer(completion, model);
  }

  override async *stream(request: ModelRequest, signal: AbortSignal): AsyncIterable<ModelDelta> {
    const { model, sdk } = this.called(request.model, signal);
    const body = { ...chatRequest(request), stream: true, stream_options: { include_usage: true } } as const;
    const chunks = await fromSdk(sdk, () => this.client.chat.completions.create(body, { signal }));
    const stream = new ChatStream(model);
    for await (const chunk of eachFromSdk(sdk, chunks)) {
      const text = stream.take(chunk);
      if (text !== '') yield { type: 'text', text };
    }
    yield { type: 'end', answer: stream.answer() };
  }

  override async embed(
    id: string,
    texts: readonly string[],
    signal: AbortSignal,
  ): Promise<ProviderEmbeddings> {
    const { model, sdk } = this.called(id, signal);
    const body = { model: id, input: [...texts], encoding_format: 'float' as const };
    const { data, usage } = await fromSdk(sdk, () => this.client.embeddings.create(body, { signal }));
    const vectors = data.toSorted((a, b) => a.index - b.index).map(({ embedding }) => embedding);
    if (vectors.length !== texts.length) {
      throw brokenAnswer(model, `it gave ${vectors.length} vectors for ${texts.length} texts`);
    }
    return { vectors, usage: embeddingUsage(usage) };
  }

  private called(id: string, signal: AbortSignal): { readonly model: string; readonly sdk: SdkRequest } {
    const model = `${this.name}/${id}`;
    return { model, sdk: { model, signal, errors: OpenAI } };
  }
}
