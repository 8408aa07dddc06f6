import type OpenAI from 'openai';
import {
  brokenAnswer,
  type ModelDelta,
  ModelProvider,
  type ModelRequest,
  type ProviderAnswer,
  type ProviderEmbeddings,
  sdkFailure,
  embeddingUsage,
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
    const model = this.fullName(request.model);
    try {
      const completion = await this.client.chat.completions.create(chatRequest(request), { signal });
      return chatAnswer(completion, model);
    } catch (error) {
      throw sdkFailure(error, model, signal);
    }
  }

  override async *stream(request: ModelRequest, signal: AbortSignal): AsyncIterable<ModelDelta> {
    const model = this.fullName(request.model);
    try {
      const chunks = await this.client.chat.completions.create(
        { ...chatRequest(request), stream: true, stream_options: { include_usage: true } },
        { signal },
      );
      const stream = new ChatStream(model);
      for await (const chunk of chunks) {
        const text = stream.take(chunk);
        if (text !== '') yield { type: 'text', text };
      }
      yield { type: 'end', answer: stream.answer() };
    } catch (error) {
      throw sdkFailure(error, model, signal);
    }
  }

  override async embed(
    id: string,
    texts: readonly string[],
    signal: AbortSignal,
  ): Promise<ProviderEmbeddings> {
    const model = this.fullName(id);
    try {
      const { data, usage } = await this.client.embeddings.create(
        { model: id, input: [...texts], encoding_format: 'float' },
        { signal },
      );
      const vectors = data.toSorted((a, b) => a.index - b.index).map(({ embedding }) => embedding);
      if (vectors.length !== texts.length) {
        throw brokenAnswer(model, `it gave ${vectors.length} vectors for ${texts.length} texts`);
      }
      return { vectors, usage: embeddingUsage(usage) };
    } catch (error) {
      throw sdkFailure(error, model, signal);
    }
  }

  private fullName(model: string): string {
    return `${this.name}/${model}`;
  }
}
