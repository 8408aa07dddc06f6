import { Injectable } from '@nestjs/common';
import type { MessageContent } from '../../content/index.js';
import type { ConversationMedia } from '../../media/index.js';
import { AdHocRuns, type CallPosition, type PerformContext } from '../../scope/index.js';
import { passGate } from '../../tools/index.js';
import { type JsonValue, PayloadLimit, type Usage } from '../../values/index.js';
import { CallCost } from '../prices/call-cost.js';
import { mostEmbeddingTokens, mostTokens } from '../prices/estimate.js';
import { type Candidate, ModelCatalog } from '../routing/model-catalog.js';
import type {
  ModelAnswer,
  ModelDelta,
  ModelEmbeddings,
  ModelRequest,
  ProviderAnswer,
  TokenUsage,
} from '../provider/model-provider.js';
import { PriceTable } from '../prices/price-table.js';
import { providerAnswer } from '../provider/provider-answer.js';
import { providerEmbeddings } from '../provider/provider-embeddings.js';
import { asProviderFailure, truncatedAnswer } from '../provider/provider-failure.js';
import { assertMaxTokens } from '../provider/request-limits.js';
import { noTokens, readTokenUsage } from '../prices/token-usage.js';
import type { AnswerListener } from '../streaming/answer-listener.js';
import { GuardedListener } from '../streaming/guarded-listener.js';
import { answerCaching, type CacheSettings } from '../cache/answer-caching.js';
import { unknownMarksOf } from '../citations/read-citations.js';
import { withoutStaleOpaque } from './stale-opaque.js';
import type { Transcript } from './transcript.js';

export interface RequestOptions {
  /** Of the conversation that the request belongs to. */
  readonly media: ConversationMedia;
  /** The call is known by it. @default by what is asked */
  readonly position?: CallPosition | undefined;
  /** Whose request it is. @default that of the call around */
  readonly agent?: string | undefined;
  /** Goes on record with the request. */
  readonly facts?: Readonly<Record<string, JsonValue>> | undefined;
  /** Milliseconds. */
  readonly timeout?: number | undefined;
  readonly listener?: AnswerListener | undefined;
  /** How the answer is given again. @default not at all */
  readonly cache?: CacheSettings | undefined;
  /** Of the conversation that the request belongs to. */
  readonly transcript?: Transcript | undefined;
}

/** Sends requests to providers, each as one call through the gate. */
@Injectable()
export class ModelCaller {
  private readonly cost: CallCost;

  constructor(
    private readonly catalog: ModelCatalog,
    prices: PriceTable,
    private readonly adHoc: AdHocRuns,
    private readonly limit: PayloadLimit,
  ) {
    this.cost = new CallCost(prices);
  }

  /** One request to one model; streamed where somebody listens, and sentence by sentence where guardrails have to see it first. */
  async request(candidate: Candidate, request: ModelRequest, options: RequestOptions): Promise<ModelAnswer> {
    const { listener, transcript, media, position, facts, agent } = options;
    const recorded = withContents(request, (content) => media.referring(content));
    const most = (args: unknown) =>
      mostTokens(withContents(args as ModelRequest, (each) => media.restored(each)));
    let guarded: GuardedListener | undefined;
    let sent: { readonly request: ModelRequest; readonly key: string } | undefined;
    const passing = passGate(
      {
        ...this.callTo(candidate, options.timeout),
        agent,
        arguments: recorded,
        transformed: withoutStaleOpaque,
        cache: options.cache && answerCaching(options.cache),
        store: (runId) => media.store(runId, contentsOf(recorded)),
        position,
        ...(transcript
          ? { recorded: (args: unknown) => ({ ...transcript.recorded(args as ModelRequest), ...facts }) }
          : {}),
        // The gate hands back what it was given, perhaps changed by a guardrail: still a request.
        estimate: (args) => {
          assertMaxTokens((args as ModelRequest).maxTokens);
          return this.cost.estimate(candidate.name, most(args));
        },
        settle: ({ usage }: ModelAnswer, args) => this.cost.actual(candidate.name, usage, () => most(args)),
        perform: async (args, context) => {
          const made = args as ModelRequest;
          await media.load(context.runId, contentsOf(made));
          return this.guarded(candidate, context, async () => {
            const final = withContents(made, (content) => media.restored(content));
            sent = { request: made, key: context.key };
            guarded =
              listener && context.isGuarded ? new GuardedListener(listener, context.mayShow) : undefined;
            const given = listener
              ? await listen(
                  candidate,
                  candidate.provider.stream(final, context.signal),
                  context,
                  guarded ?? listener,
                )
              : await candidate.provider.generate(final, context.signal);
            const whole = providerAnswer(given, candidate.name, {
              maxTokens: final.maxTokens,
              bytes: this.limit.bytes,
              keepOpaque: this.catalog.keepOpaque,
            });
            return {
              ...whole,
              ...unknownMarksOf(whole.text, final.marks),
              usage: readTokenUsage(whole.usage, () => mostTokens(final)),
            };
          });
        },
      },
      this.adHoc,
    );
    try {
      const answer = await passing;
      // Of a request that has failed nobody reads what was said: the next one tells it again.
      if (sent) transcript?.answered(sent.request, sent.key);
      await guarded?.end(answer.text);
      // Nobody has streamed it.
      if (answer.cached && answer.text !== '') listener?.text(answer.text);
      return answer;
    } catch (error) {
      guarded?.restart();
      throw error;
    }
  }

  embed(candidate: Candidate, texts: readonly string[]): Promise<ModelEmbeddings> {
    return passGate(
      {
        ...this.callTo(candidate, undefined),
        arguments: { model: candidate.model, texts },
        estimate: (args) => this.cost.estimate(candidate.name, mostEmbeddingTokens(textsOf(args))),
        settle: ({ usage }: ModelEmbeddings, args) =>
          this.cost.actual(candidate.name, usage, () => mostEmbeddingTokens(textsOf(args))),
        perform: (args, context) =>
          this.guarded(candidate, context, async () => {
            const sent = textsOf(args);
            const given = await candidate.provider.embed(candidate.model, sent, context.signal);
            const answer = providerEmbeddings(given, sent.length, candidate.name);
            return { ...answer, usage: readTokenUsage(answer.usage, () => mostEmbeddingTokens(sent)) };
          }),
      },
      this.adHoc,
    );
  }

  /**
   * Tokens and money of an answer that came back from the gate. One that has no usage was not given by a model.
   * @param most the most that its request may have used
   */
  usage(candidate: Candidate, answer: { readonly usage: TokenUsage }, most: () => TokenUsage): Usage {
    return this.cost.actual(candidate.name, this.tokens(answer), most);
  }

  /** The most that a request may use. */
  estimate(candidate: Candidate, request: ModelRequest): Usage {
    return this.cost.estimate(candidate.name, mostTokens(request));
  }

  /** Tokens of an answer that came back from the gate, as `usage` counts them. */
  tokens({ usage }: { readonly usage: TokenUsage }): TokenUsage {
    return readTokenUsage(usage, () => noTokens);
  }

  private callTo(candidate: Candidate, timeout: number | undefined) {
    return {
      kind: 'model',
      name: candidate.name,
      effect: 'none',
      onInDoubt: 'retry',
      retry: this.catalog.retry,
      timeout: timeout ?? this.catalog.timeout,
    } as const;
  }

  private async guarded<T>(
    candidate: Candidate,
    context: PerformContext,
    request: () => Promise<T>,
  ): Promise<T> {
    try {
      return await request();
    } catch (error) {
      throw asProviderFailure(error, candidate.name, context.signal);
    }
  }
}

function contentsOf({ messages }: ModelRequest): MessageContent[] {
  return messages.map(({ content }) => content);
}

/** The same request, the contents of its messages changed. */
function withContents(
  request: ModelRequest,
  change: (content: MessageContent) => MessageContent,
): ModelRequest {
  const messages = request.messages.map((message) => {
    const content = change(message.content);
    return content === message.content ? message : { ...message, content };
  });
  return { ...request, messages };
}

function textsOf(args: unknown): readonly string[] {
  return (args as { readonly texts: readonly string[] }).texts;
}

/** Passes on what a stream says. What a broken attempt has said is taken back, and it is heard no more. */
async function listen(
  candidate: Candidate,
  deltas: AsyncIterable<ModelDelta>,
  context: PerformContext,
  listener: AnswerListener,
): Promise<ProviderAnswer> {
  const { signal } = context;
  let received = false;
  const retract = (): void => {
    if (received) listener.restart();
    received = false;
  };
  signal.addEventListener('abort', retract, { once: true });
  try {
    for await (const delta of deltas) {
      signal.throwIfAborted();
      context.heartbeat();
      if (delta.type === 'end') return delta.answer;
      received = true;
      if (delta.type === 'reasoning') listener.reasoning?.(delta.text);
      else listener.text(delta.text);
    }
    throw truncatedAnswer(candidate.name, 'the stream ended before the answer was whole');
  } catch (error) {
    retract();
    throw error;
  } finally {
    signal.removeEventListener('abort', retract);
  }
}
