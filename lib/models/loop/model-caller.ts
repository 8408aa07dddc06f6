import { Injectable } from '@nestjs/common';
import type { MessageContent } from '../../content/index.js';
import type { ConversationMedia } from '../../media/index.js';
import { AdHocRuns, type CallPosition } from '../../scope/index.js';
import { passGate } from '../../tools/index.js';
import { type JsonValue, PayloadLimit, type Usage } from '../../values/index.js';
import { CallCost } from '../prices/call-cost.js';
import { mostEmbeddingTokens, mostTokens } from '../prices/estimate.js';
import { askGuarded, callTo, modelCall, recalledAt } from '../routing/candidate-call.js';
import { type Candidate, ModelCatalog } from '../routing/model-catalog.js';
import type { ModelAnswer, ModelEmbeddings, ModelRequest, TokenUsage } from '../provider/model-provider.js';
import { PriceTable } from '../prices/price-table.js';
import { providerAnswer } from '../provider/provider-answer.js';
import { providerEmbeddings } from '../provider/provider-embeddings.js';
import { assertMaxTokens } from '../provider/request-limits.js';
import { noTokens, readTokenUsage } from '../prices/token-usage.js';
import type { AnswerListener } from '../streaming/answer-listener.js';
import { listen } from '../streaming/listen.js';
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
  /** Goes on record with the request: also why this model is asked. */
  readonly facts?: Readonly<Record<string, JsonValue>> | undefined;
  /** Milliseconds. */
  readonly timeout?: number | undefined;
  readonly listener?: AnswerListener | undefined;
  /** How the answer is given again. @default not at all */
  readonly cache?: CacheSettings | undefined;
  /** Of the conversation that the request belongs to. */
  readonly transcript?: Transcript | undefined;
}

export interface EmbeddingCallOptions extends Pick<RequestOptions, 'facts'> {
  /** Whether texts and vectors go on record. @default true */
  readonly remember?: boolean;
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
    const recorded = referring(request, media);
    const most = (args: unknown) =>
      mostTokens(withContents(args as ModelRequest, (each) => media.restored(each)));
    let guarded: GuardedListener | undefined;
    let sent: { readonly request: ModelRequest; readonly key: string } | undefined;
    const passing = passGate(
      {
        ...callTo(candidate, this.catalog, options.timeout),
        agent,
        arguments: recorded,
        transformed: withoutStaleOpaque,
        cache: options.cache && answerCaching(options.cache),
        store: (runId) => media.store(runId, contentsOf(recorded)),
        position,
        ...(transcript || facts
          ? {
              recorded: (args: unknown) => {
                const made = args as ModelRequest;
                return { ...(transcript?.recorded(made) ?? made), ...facts };
              },
            }
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
          return askGuarded(candidate, context, async () => {
            const final = withContents(made, (content) => media.restored(content));
            sent = { request: made, key: context.key };
            guarded =
              listener && context.isGuarded ? new GuardedListener(listener, context.mayShow) : undefined;
            const given = listener
              ? await listen(
                  candidate.name,
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

  /** Where in the journal it is that this model was asked this, if it is. */
  recalled(
    candidate: Candidate,
    request: ModelRequest,
    { media, position }: Pick<RequestOptions, 'media' | 'position'>,
  ): number | undefined {
    return recalledAt({ ...modelCall(candidate), arguments: referring(request, media), position });
  }

  embed(
    candidate: Candidate,
    texts: readonly string[],
    { remember = true, facts }: EmbeddingCallOptions = {},
  ): Promise<ModelEmbeddings> {
    return passGate(
      {
        ...(remember ? {} : { forgetsResult: true }),
        recorded: (args) => {
          const all = textsOf(args);
          return { ...(args as object), texts: remember ? all : all.length, ...facts };
        },
        ...callTo(candidate, this.catalog),
        arguments: textsFor(candidate, texts),
        estimate: (args) => this.estimateTexts(candidate, textsOf(args)),
        settle: ({ usage }: ModelEmbeddings, args) =>
          this.cost.actual(candidate.name, usage, () => mostEmbeddingTokens(textsOf(args))),
        perform: (args, context) =>
          askGuarded(candidate, context, async () => {
            const sent = textsOf(args);
            const given = await candidate.provider.embed(candidate.model, sent, context.signal);
            const answer = providerEmbeddings(given, sent.length, candidate.name);
            return { ...answer, usage: readTokenUsage(answer.usage, () => mostEmbeddingTokens(sent)) };
          }),
      },
      this.adHoc,
    );
  }

  /** As `recalled`, of texts that were to be embedded. */
  recalledTexts(candidate: Candidate, texts: readonly string[]): number | undefined {
    return recalledAt({ ...modelCall(candidate), arguments: textsFor(candidate, texts) });
  }

  /** The most that embedding texts may use. */
  estimateTexts(candidate: Candidate, texts: readonly string[]): Usage {
    return this.cost.estimate(candidate.name, mostEmbeddingTokens(texts));
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
}

function textsFor({ model }: Candidate, texts: readonly string[]) {
  return { model, texts };
}

/** What goes on record of a request: large pictures and files by a reference. */
function referring(request: ModelRequest, media: ConversationMedia): ModelRequest {
  return withContents(request, (content) => media.referring(content));
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
