import { ModelCallError } from '../errors/index.js';
import { shortText } from '../text/index.js';
import { messageText } from '../content/index.js';
import {
  type ModelAnswer,
  type ModelDelta,
  type ModelEmbeddings,
  type ModelPrice,
  ModelProvider,
  type ModelRequest,
} from '../models/index.js';
import { answerOf, embeddingOf, tokensOf } from './scripted-answer.js';
import { describeMatcher, type PromptMatcher, ScriptedRule } from './scripted-rule.js';

/** A request that the model got, with the provider name that it was asked under. */
export interface ScriptedCall extends ModelRequest {
  readonly provider: string;
}

/**
 * A model that answers what the test tells it to. Costs nothing; tokens are a quarter of the bytes, always the same.
 * @example
 * const model = new ScriptedModel();
 * model.on('triage').reply({ topic: 'billing' });
 * model.on(/refund/).replyOnce({ toolCalls: [{ name: 'lookUp', arguments: { id: 7 } }] }).reply('Done.');
 */
export class ScriptedModel extends ModelProvider {
  /** Every request, oldest first, also those that no rule matched. */
  readonly calls: ScriptedCall[] = [];
  private readonly rules: ScriptedRule[] = [];

  constructor(readonly name = 'scripted') {
    super();
  }

  /**
   * What comes next is for requests with this template, alias or model, else for those whose last user message holds this text;
   * or for those that the pattern or the function matches. Of several rules that match, names go before texts, later before earlier ones.
   */
  on(matcher: PromptMatcher): ScriptedRule {
    const key = describeMatcher(matcher);
    const known =
      typeof matcher === 'function' ? undefined : this.rules.find((rule) => rule.described === key);
    if (known) return known;
    const rule = new ScriptedRule(matcher);
    this.rules.unshift(rule);
    return rule;
  }

  /** Forgets rules and calls. */
  reset(): void {
    this.calls.length = 0;
    this.rules.length = 0;
  }

  /** The same script under the name of another provider, so that aliases of the application work unchanged. */
  as(name: string): ModelProvider {
    // A view of this object: same rules, same calls, another name.
    return Object.create(this, { name: { value: name, enumerable: true } }) as ScriptedModel;
  }

  override async generate(request: ModelRequest, signal: AbortSignal): Promise<ModelAnswer> {
    signal.throwIfAborted();
    this.calls.push({ ...structuredClone(request), provider: this.name });
    const rule =
      this.rules.find((each) => each.ready && each.names(request)) ??
      this.rules.find((each) => each.ready && each.reads(request));
    if (!rule) throw this.unmatched(request);
    const call = this.calls.length;
    return answerOf(await rule.next(request, signal), request, call);
  }

  override async *stream(request: ModelRequest, signal: AbortSignal): AsyncIterable<ModelDelta> {
    const answer = await this.generate(request, signal);
    for (const text of answer.text.match(/\S+\s*|\s+/g) ?? []) yield { type: 'text', text };
    signal.throwIfAborted();
    yield { type: 'end', answer };
  }

  override async embed(
    _model: string,
    texts: readonly string[],
    signal: AbortSignal,
  ): Promise<ModelEmbeddings> {
    signal.throwIfAborted();
    const inputTokens = texts.reduce((sum, text) => sum + tokensOf(text), 0);
    return { vectors: texts.map(embeddingOf), usage: { inputTokens, outputTokens: 0 } };
  }

  override price(): ModelPrice {
    return { inputPerMillion: 0, outputPerMillion: 0 };
  }

  private unmatched(request: ModelRequest): ModelCallError {
    const last = messageText(request.messages.at(-1)?.content ?? '');
    const asked = [
      `model '${this.name}/${request.model}'`,
      ...(request.alias === undefined ? [] : [`alias '${request.alias}'`]),
      ...(request.template === undefined ? [] : [`template '${request.template}'`]),
      `last message ${JSON.stringify(shortText(last, 300))}`,
    ];
    const scripted = this.rules.map(
      (rule) => `on(${rule.described})${rule.ready ? '' : ' (all its replies are used up)'}`,
    );
    return new ModelCallError(
      `The scripted model has no answer for: ${asked.join(', ')}. ` +
        `Scripted: ${scripted.join(', ') || 'nothing'}. Add model.on(…).reply(…) to the test.`,
      { transient: false },
    );
  }
}
