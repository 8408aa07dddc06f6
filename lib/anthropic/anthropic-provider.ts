import type Anthropic from '@anthropic-ai/sdk';
import { ModelCallError } from '../errors/index.js';
import {
  answerParts,
  brokenAnswer,
  type ModelAnswer,
  type ModelDelta,
  type ModelEmbeddings,
  ModelProvider,
  type ModelRequest,
  sdkFailure,
} from '../models/index.js';
import { MessageAnswer } from './message-answer.js';
import { messageRequest } from './message-request.js';

/** Anthropic's Messages. */
export class AnthropicProvider extends ModelProvider {
  constructor(
    readonly name: string,
    private readonly client: Anthropic,
  ) {
    super();
  }

  override async generate(request: ModelRequest, signal: AbortSignal): Promise<ModelAnswer> {
    for await (const delta of this.ask(request, false, signal)) if (delta.type === 'end') return delta.answer;
    throw brokenAnswer(this.fullName(request.model), 'there was no answer');
  }

  override stream(request: ModelRequest, signal: AbortSignal): AsyncIterable<ModelDelta> {
    return this.ask(request, true, signal);
  }

  /** The SDK sends the request; the answer is read here, since the SDK trusts what a server sends. */
  private async *ask(
    request: ModelRequest,
    stream: boolean,
    signal: AbortSignal,
  ): AsyncGenerator<ModelDelta> {
    const model = this.fullName(request.model);
    try {
      const params = { ...messageRequest(request, this.name), ...(stream ? { stream } : {}) };
      const response = await this.client.messages.create(params, { signal }).asResponse();
      const draft = new MessageAnswer(request, this.name);
      for await (const part of answerParts(response, model)) {
        const text = draft.take(part);
        if (text !== '') yield { type: 'text', text };
        if (draft.hasEnded) break;
      }
      const rest = draft.rest();
      if (rest !== '') yield { type: 'text', text: rest };
      yield { type: 'end', answer: draft.answer() };
    } catch (error) {
      throw sdkFailure(error, model, signal);
    }
  }

  override async embed(model: string): Promise<ModelEmbeddings> {
    throw new ModelCallError(
      `${this.fullName(model)} can't embed: Anthropic has no embeddings. Name a model of another provider, e.g. 'openai/text-embedding-3-small'.`,
      { transient: false },
    );
  }

  private fullName(model: string): string {
    return `${this.name}/${model}`;
  }
}
