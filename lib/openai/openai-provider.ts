import type OpenAI from 'openai';
import {
  answerParts,
  brokenAnswer,
  mostEmbeddingTokens,
  type ModelAnswer,
  type ModelDelta,
  type ModelEmbeddings,
  ModelProvider,
  type ModelRequest,
  sdkFailure,
} from '../models/index.js';
import { ChatAnswer } from './chat-answer.js';
import { chatRequest } from './chat-request.js';

/** OpenAI's Chat Completions and Embeddings. */
export class OpenAiProvider extends ModelProvider {
  constructor(
    readonly name: string,
    private readonly client: OpenAI,
  ) {
    super();
  }

  override async generate(request: ModelRequest, signal: AbortSignal): Promise<ModelAnswer> {
    for await (const delta of this.ask(request, {}, signal)) if (delta.type === 'end') return delta.answer;
    throw brokenAnswer(this.fullName(request.model), 'there was no answer');
  }

  override stream(request: ModelRequest, signal: AbortSignal): AsyncIterable<ModelDelta> {
    return this.ask(request, { stream: true, stream_options: { include_usage: true } }, signal);
  }

  /** The SDK sends the request; the answer is read here, since the SDK trusts what a server sends. */
  private async *ask(
    request: ModelRequest,
    more: { readonly stream?: true; readonly stream_options?: { readonly include_usage: true } },
    signal: AbortSignal,
  ): AsyncGenerator<ModelDelta> {
    const model = this.fullName(request.model);
    try {
      const params = { ...chatRequest(request, this.name), ...more };
      const response = await this.client.chat.completions.create(params, { signal }).asResponse();
      const draft = new ChatAnswer(request, this.name);
      for await (const part of answerParts(response, model)) {
        const text = draft.take(part);
        if (text !== '') yield { type: 'text', text };
      }
      const rest = draft.rest();
      if (rest !== '') yield { type: 'text', text: rest };
      yield { type: 'end', answer: draft.answer() };
    } catch (error) {
      throw sdkFailure(error, model, signal);
    }
  }

  override async embed(id: string, texts: readonly string[], signal: AbortSignal): Promise<ModelEmbeddings> {
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
      // Some compatible servers tell no usage: the most it can have been.
      const most = mostEmbeddingTokens(texts);
      return { vectors, usage: { ...most, inputTokens: usage?.prompt_tokens ?? most.inputTokens } };
    } catch (error) {
      throw sdkFailure(error, model, signal);
    }
  }

  private fullName(model: string): string {
    return `${this.name}/${model}`;
  }
}
