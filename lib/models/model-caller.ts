import { Injectable } from '@nestjs/common';
import { AdHocRuns, type PerformContext } from '../scope/index.js';
import { passGate } from '../tools/index.js';
import { noUsage, type Usage } from '../values/index.js';
import { mostEmbeddingTokens, mostTokens } from './estimate.js';
import { type Candidate, ModelCatalog } from './model-catalog.js';
import type { ModelAnswer, ModelDelta, ModelEmbeddings, ModelRequest, TokenUsage } from './model-provider.js';
import { PriceTable } from './price-table.js';
import { asProviderFailure, brokenAnswer } from './provider-failure.js';
import type { Transcript } from './transcript.js';

/** Listens to a streamed answer. `restart`: the attempt broke, what was heard of this answer is void. */
export interface AnswerListener {
  text(text: string): void;
  restart(): void;
}

const nobody: AnswerListener = { text: () => undefined, restart: () => undefined };

export interface AskOptions {
  /** Milliseconds. */
  readonly timeout?: number | undefined;
  readonly listener?: AnswerListener | undefined;
  /** Of the conversation that the request belongs to. */
  readonly transcript?: Transcript | undefined;
}

/** Sends requests to providers, each as one call through the gate. */
@Injectable()
export class ModelCaller {
  constructor(
    private readonly catalog: ModelCatalog,
    private readonly prices: PriceTable,
    private readonly adHoc: AdHocRuns,
  ) {}

  /** One request to one model; streamed where somebody listens, but in one piece where a guardrail has to see it first. */
  async ask(candidate: Candidate, request: ModelRequest, options: AskOptions = {}): Promise<ModelAnswer> {
    const { listener, transcript } = options;
    let isHeldBack = false;
    const answer = await passGate(
      {
        ...this.callTo(candidate, options.timeout),
        arguments: request,
        ...(transcript ? { recorded: (args: unknown) => transcript.recorded(args as ModelRequest) } : {}),
        // The gate hands back what it was given, perhaps changed by a guardrail: still a request.
        estimate: (args) => this.usage(candidate, mostTokens(args as ModelRequest)),
        settle: ({ usage }: ModelAnswer) => this.usage(candidate, usage),
        perform: (args, context) =>
          this.guarded(candidate, context, () => {
            const final = args as ModelRequest;
            transcript?.made(final, context.idempotencyKey);
            if (!listener) return candidate.provider.generate(final, context.signal);
            isHeldBack = context.isGuarded;
            const deltas = candidate.provider.stream(final, context.signal);
            return listen(candidate, deltas, context, isHeldBack ? nobody : listener);
          }),
      },
      this.adHoc,
    );
    // As the guardrails have left it.
    if (isHeldBack) listener?.text(answer.text);
    return answer;
  }

  embed(candidate: Candidate, texts: readonly string[]): Promise<ModelEmbeddings> {
    return passGate(
      {
        ...this.callTo(candidate, undefined),
        arguments: { model: candidate.model, texts },
        estimate: (args) => this.usage(candidate, mostEmbeddingTokens((args as { texts: string[] }).texts)),
        settle: (embeddings: ModelEmbeddings) => this.usage(candidate, embeddings.usage),
        perform: (args, context) =>
          this.guarded(candidate, context, () =>
            candidate.provider.embed(candidate.model, (args as { texts: string[] }).texts, context.signal),
          ),
      },
      this.adHoc,
    );
  }

  /** Tokens and money of one call. */
  usage(candidate: Candidate, tokens: TokenUsage): Usage {
    return {
      ...noUsage,
      calls: 1,
      inputTokens: tokens.inputTokens,
      outputTokens: tokens.outputTokens,
      usd: this.prices.cost(candidate.name, tokens),
    };
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

/** Passes on what a stream says. What a broken attempt has said is taken back, and it is heard no more. */
async function listen(
  candidate: Candidate,
  deltas: AsyncIterable<ModelDelta>,
  context: PerformContext,
  listener: AnswerListener,
): Promise<ModelAnswer> {
  const { signal } = context;
  let heard = false;
  const takeBack = (): void => {
    if (heard) listener.restart();
    heard = false;
  };
  signal.addEventListener('abort', takeBack, { once: true });
  try {
    for await (const delta of deltas) {
      signal.throwIfAborted();
      context.heartbeat();
      if (delta.type === 'end') return delta.answer;
      heard = true;
      listener.text(delta.text);
    }
    throw brokenAnswer(candidate.name, 'the stream ended before the answer was whole');
  } catch (error) {
    takeBack();
    throw error;
  } finally {
    signal.removeEventListener('abort', takeBack);
  }
}
