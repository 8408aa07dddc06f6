import Anthropic from '@anthropic-ai/sdk';
import { ModelCallError } from '../errors/index.js';
import {
  eachFromSdk,
  fromSdk,
  type ModelDelta,
  ModelProvider,
  type ModelRequest,
  type ProviderAnswer,
  type ProviderEmbeddings,
  type SdkRequest,
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
    const { model, sdk } = this.called(request.model, signal);
    const body = messageRequest(request);
    return messageAnswer(await fromSdk(sdk, () => this.client.messages.create(body, { signal })), model);
  }

  override async *stream(request: ModelRequest, signal: AbortSignal): AsyncIterable<ModelDelta> {
    const { model, sdk } = this.called(request.model, signal);
    const body = { ...messageRequest(request), stream: true } as const;
    const events = await fromSdk(sdk, () => this.client.messages.create(body, { signal }));
    const stream = new MessageStream(model);
    for await (const event of eachFromSdk(sdk, events)) {
      const text = stream.take(event);
      if (text !== '') yield { type: 'text', text };
    }
    yield { type: 'end', answer: stream.answer() };
  }

  override async embed(model: string): Promise<ProviderEmbeddings> {
    throw new ModelCallError(
      `${this.name}/${model} can't embed: Anthropic has no embeddings. Name a model of another provider, e.g. 'openai/text-embedding-3-small'.`,
      { transient: false },
    );
  }

  private called(id: string, signal: AbortSignal): { readonly model: string; readonly sdk: SdkRequest } {
    const model = `${this.name}/${id}`;
    return { model, sdk: { model, signal, errors: Anthropic } };
  }
}
