import { Injectable } from '@nestjs/common';
import { milliseconds } from '../clock/index.js';
import { isPromise } from '../gate/index.js';
import { ConversationThreads, conversationUse, conversationUseProblems } from '../conversations/index.js';
import { errorMessage, InputValidationError, logSafely } from '../errors/index.js';
import { BlobStore } from '../journal/index.js';
import { ConversationMedia } from '../media/index.js';
import { type ConversationUse, currentScope } from '../scope/index.js';
import { ToolRegistry } from '../tools/index.js';
import { given, ignoreRejection, PayloadLimit, type Schema, toJson } from '../values/index.js';
import type { Message } from './provider/model-provider.js';
import { mostEmbeddingTokens } from './prices/estimate.js';
import type {
  EmbedOptions,
  EmbedResult,
  GenerateOptions,
  GenerateResult,
  GeneratedOutput,
  StreamDelta,
  StreamedResult,
} from './generate-options.js';
import { readCacheSettings } from './cache/answer-caching.js';
import { marksOf, readGivenContext, withContext } from './citations/given-context.js';
import { Generation, type GenerationPlan } from './loop/generation.js';
import type { AnswerListener } from './streaming/answer-listener.js';
import { ModelCaller } from './loop/model-caller.js';
import { ModelCatalog } from './routing/model-catalog.js';
import { firstAnswer, withRouting } from './routing/model-fallback.js';
import { initialPromptOf } from './templates/initial-prompt.js';
import {
  assertMaxTokens,
  assertMaxTurns,
  assertParallelToolCalls,
  assertProviderOptions,
  assertReasoning,
  assertToolChoice,
  defaultParallelToolCalls,
} from './provider/request-limits.js';
import { PartialOutput } from './streaming/partial-output.js';
import { StreamedAnswer } from './streaming/streamed-answer.js';
import { StructuredOutput } from './structured-output.js';
import { ConversationThread } from './threads/conversation-thread.js';
import { generatedExchange } from './threads/generated-exchange.js';
import { ThreadOutside } from './threads/thread-outside.js';
import { TemplateRegistry } from './templates/template-registry.js';

/** Asks models. Every request to a provider passes the gate: guarded, billed, audited, remembered. */
@Injectable()
export class ModelService {
  constructor(
    private readonly catalog: ModelCatalog,
    private readonly caller: ModelCaller,
    private readonly templates: TemplateRegistry,
    private readonly tools: ToolRegistry,
    private readonly blobs: BlobStore,
    private readonly limit: PayloadLimit,
    private readonly threads: ConversationThreads,
  ) {}

  /**
   * Asks until there is an answer: performs the tools that the model calls, has a misfitting `output` repaired once.
   * @throws {AllModelsFailedError} if every model of the alias failed.
   * @throws {IncompleteAnswerError} if tool calls, or nothing at all, came in an answer that was cut off, filtered or refused, twice.
   * @throws {OutputValidationError} if the answer doesn't fit `output`, was cut off or refused.
   * @throws {LoopLimitExceededError} if the model still calls tools in the last turn.
   * @throws {InputValidationError} if model, template, variables or tools are not there, or a number is out of range.
   * @example
   * const { output } = await models.generate({ template: 'triage', variables: { ticket }, output: Classification });
   */
  generate<S extends Schema | undefined = undefined>(
    options: GenerateOptions<S>,
  ): Promise<GenerateResult<GeneratedOutput<S>>> {
    return ignoreRejection(this.run(options, undefined));
  }

  /**
   * Like `generate`, with the text as it comes. Begins at once. Listeners of the run get each piece as `model.delta`.
   * @example
   * const stream = models.stream({ prompt });
   * for await (const delta of stream) if (delta.type === 'text') response.write(delta.text);
   * const { cost } = await stream.result;
   */
  stream<S extends Schema | undefined = undefined>(
    options: GenerateOptions<S>,
  ): StreamedResult<GeneratedOutput<S>> {
    const scope = currentScope();
    const tell = (delta: StreamDelta): void =>
      scope?.emit({ ...delta, type: 'model.delta', delta: delta.type });
    const output = options.output && new PartialOutput();
    return new StreamedAnswer((listener) => this.run(options, listener), tell, output);
  }

  /** Vectors of texts, in one request. @throws {AllModelsFailedError} if every model of the alias failed. */
  embed(options: EmbedOptions): Promise<EmbedResult> {
    return ignoreRejection(this.vectors(options));
  }

  private async vectors(options: EmbedOptions): Promise<EmbedResult> {
    const route = this.catalog.resolve(options.model);
    const { texts, remember = true } = options;
    const { answer, candidate } = await firstAnswer(route, {
      costOf: (each) => this.caller.estimateTexts(each, texts).usd,
      recalled: (each) => this.caller.recalledTexts(each, texts),
      ask: (each, routing) =>
        this.caller.embed(each, texts, { remember, facts: withRouting(undefined, routing) }),
    });
    const usage = this.caller.usage(candidate, answer, () => mostEmbeddingTokens(texts));
    return { vectors: answer.vectors, usage, cost: usage.usd, model: candidate.name };
  }

  private async run<S extends Schema | undefined>(
    options: GenerateOptions<S>,
    listener: AnswerListener | undefined,
  ): Promise<GenerateResult<GeneratedOutput<S>>> {
    const plan = this.plan(options, listener);
    const { conversation } = options;
    if (conversation !== undefined) return this.inConversation<S>(options, plan, readUse(conversation));
    return this.planned<S>(options, { ...plan, messages: withContext(plan.messages, plan.context) });
  }

  /** What was said before goes in front of the prompt, and what is said into the conversation. */
  private async inConversation<S extends Schema | undefined>(
    options: GenerateOptions<S>,
    plan: Omit<GenerationPlan, 'toolSet'>,
    use: ConversationUse,
  ): Promise<GenerateResult<GeneratedOutput<S>>> {
    const { threads, blobs, limit } = this;
    const ports = { threads, blobs, limit };
    const thread = currentScope()
      ? await ConversationThread.open(ports, {
          use,
          summarize: async (messages, model = options.model) =>
            (await this.generate({ prompt: messages, model })).text,
        })
      : await ThreadOutside.open(ports, use, plan.media);
    try {
      const asked = plan.messages.filter(({ role }) => role !== 'system');
      const told = plan.messages.filter(({ role }) => role === 'system');
      const before = [...told, ...thread.history, ...withContext(asked, plan.context)];
      const result = await this.planned<S>(options, { ...plan, messages: before, media: thread.media });
      await thread.append(generatedExchange(asked, result.messages.slice(before.length)));
      return result;
    } catch (error) {
      await thread
        .release()
        .catch((cause: unknown) =>
          logSafely('warn', `A conversation is held longer: ${errorMessage(cause)}`),
        );
      throw error;
    }
  }

  private async planned<S extends Schema | undefined>(
    options: GenerateOptions<S>,
    plan: Omit<GenerationPlan, 'toolSet'>,
  ): Promise<GenerateResult<GeneratedOutput<S>>> {
    if (!options.tools?.length) return this.generated<S>({ ...plan, toolSet: undefined });
    const toolSet = this.tools.toolSet(options.tools);
    if (!isPromise(toolSet)) return this.generated<S>({ ...plan, toolSet });
    // The prompt is that of this moment, also where another process has to be asked for its tools first.
    const messages = toJson(plan.messages, 'the prompt') as unknown as readonly Message[];
    return this.generated<S>({ ...plan, messages, toolSet: await toolSet });
  }

  private async generated<S extends Schema | undefined>(
    plan: GenerationPlan,
  ): Promise<GenerateResult<GeneratedOutput<S>>> {
    const result = await new Generation(this.caller, plan).result();
    // The output was validated against the schema that S is.
    return result as GenerateResult<GeneratedOutput<S>>;
  }

  private plan(
    options: GenerateOptions,
    listener: AnswerListener | undefined,
  ): Omit<GenerationPlan, 'toolSet'> {
    const { messages, model, prompt } = initialPromptOf(options, this.templates);
    const route = this.catalog.resolve(model);
    const { temperature, stop, reasoning, cachePrompt, providerOptions } = options;
    assertReasoning(reasoning);
    assertProviderOptions(providerOptions);
    assertToolChoice(options.toolChoice);
    const maxTokens = options.maxTokens ?? this.catalog.maxTokens;
    assertMaxTokens(maxTokens);
    const maxTurns = options.maxTurns ?? this.catalog.maxTurns;
    assertMaxTurns(maxTurns);
    const { parallelToolCalls = defaultParallelToolCalls } = options;
    assertParallelToolCalls(parallelToolCalls);
    const context = options.context && readGivenContext(options.context, 'context');
    return {
      route,
      messages,
      settings: {
        maxTokens,
        ...prompt,
        ...given({
          temperature,
          stop,
          reasoning,
          cachePrompt: cachePrompt || undefined,
          providerOptions,
          alias: route.alias,
          marks: context && marksOf(context),
        }),
      },
      toolChoice: options.toolChoice,
      output: options.output && new StructuredOutput(options.output),
      maxTurns,
      parallelToolCalls,
      timeout: options.timeout === undefined ? undefined : milliseconds(options.timeout),
      listener,
      cache: options.cache && readCacheSettings(options.cache, 'cache'),
      context,
      media: new ConversationMedia(this.blobs, this.limit.mediaBytes),
    };
  }
}

/** @throws {InputValidationError} */
function readUse(conversation: string | ConversationUse): ConversationUse {
  const problems = conversationUseProblems(conversation, 'conversation');
  const use = conversationUse(conversation);
  if (problems.length > 0 || !use) throw new InputValidationError(problems.join(' '));
  return use;
}
