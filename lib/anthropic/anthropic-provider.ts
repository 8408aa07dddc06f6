import type Anthropic from '@anthropic-ai/sdk';
import { ModelCallError } from '../errors/index.js';
import {
  type ModelDelta,
  ModelProvider,
  type ModelRequest,
  type ProviderAnswer,
  type ProviderEmbeddings,
  sdkFailure,
} from '../models/index.js';
import { messageAnswer } from './message-answer.js';
import { messageRequest } from './message-request.js';
import { MessageStream } from './message-stream.js';

/** Anthropic's Messages. */
export class AnthropicProvider extends ModelProvider {
  constructor(
    readonly name: string,
    private readonly client: Anthropic,
  ) {
    super();
  }

  override async generate(request: ModelRequest, signal: AbortSignal): Promise<ProviderAnswer> {
    const model = `${this.name}/${request.model}`;
    try {
      return messageAnswer(await this.client.messages.create(messageRequest(request), { signal }), model);
    } catch (error) {
      throw sdkFailure(error, model, signal);
    }
  }

  override async *stream(request: ModelRequest, signal: AbortSignal): AsyncIterable<ModelDelta> {
    const model = `${this.name}/${request.model}`;
    try {
      const events = await this.client.messages.create(
        { ...messageRequest(request), stream: true },
        { signal },
      );
      const stream = new MessageStream(model);
      for await (const event of events) {
        const text = stream.take(event);
        if (text !== '') yield { type: 'text', text };
      }
      yield { type: 'end', answer: stream.answer() };
    } catch (error) {
      throw sdkFailure(error, model, signal);
    }
  }

  override async embed(model: string): Promise<ProviderEmbeddings> {
    throw new ModelCallError(
      `${this.name}/${model} can't embed: Anthropic has no embeddings. Name a model of another provider, e.g. 'openai/text-embedding-3-small'.`,
      { transient: false },
    );
  }
}
