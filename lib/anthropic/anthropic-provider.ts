import Anthropic from '@anthropic-ai/sdk';
import { ModelCallError } from '../errors/index.js';
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
import { MessageAnswer } from './message-answer.js';
import { messageRequest, messageSettings } from './message-request.js';

/** Anthropic's Messages. */
export class AnthropicProvider extends ModelProvider {
  constructor(
    readonly name: string,
    private readonly client: Anthropic,
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

  override async embed(model: string): Promise<ProviderEmbeddings> {
    throw new ModelCallError(
      `${this.name}/${model} can't embed: Anthropic has no embeddings. Name a model of another provider, e.g. 'openai/text-embedding-3-small'.`,
      { transient: false, outcome: 'not-sent' },
    );
  }

  /** The SDK sends the request; the answer is read here, since the SDK trusts what a server sends. */
  private async *ask(
    request: ModelRequest,
    stream: boolean,
    signal: AbortSignal,
  ): AsyncGenerator<ModelDelta> {
    const body = { ...messageRequest(request, this.name), ...(stream ? { stream } : {}) };
    const sdk: SdkRequest = {
      model: `${this.name}/${request.model}`,
      signal,
      errors: Anthropic,
      sent: { body, vendor: this.name, names: messageSettings },
    };
    const response = await fromSdk(sdk, () => this.client.messages.create(body, { signal }).asResponse());
    yield* eachFromSdk(sdk, answerDeltas(new MessageAnswer(request, this.name), response, sdk.model));
  }
}
