import type { Duration } from '../clock/index.js';
import type { PerformedToolCall, ToolSelection } from '../tools/index.js';
import type { ConversationUse } from '../scope/index.js';
import type { JsonValue, Schema, SchemaOutput, Usage } from '../values/index.js';
import type { CacheSettings } from './cache/answer-caching.js';
import type { GivenContext } from './citations/given-context.js';
import type { Citation, CitedMark } from './citations/read-citations.js';
import type {
  FinishReason,
  Message,
  ProviderOptions,
  ReasoningEffort,
  TokenUsage,
  ToolChoice,
} from './provider/model-provider.js';

/** What the model is asked: a prompt, a conversation, or a template with its variables. */
export type Prompt =
  | {
      /** A text, or the messages so far. */
      readonly prompt: string | readonly Message[];
      readonly template?: undefined;
    }
  | {
      /** Name in the `TemplateRegistry`. */
      readonly template: string;
      /** @default the newest version */
      readonly templateVersion?: string | undefined;
      readonly variables?: Readonly<Record<string, unknown>> | undefined;
      readonly prompt?: undefined;
    };

/** How the model is asked. */
export interface GenerateSettings<S extends Schema | undefined = Schema | undefined> {
  /** Alias, or `provider/model`. @default the template's, else `models.default` of the module options */
  readonly model?: string | undefined;
  /** Goes before the messages. @default the template's */
  readonly system?: string | undefined;
  /** Class with class-validator decorators, or Standard Schema, of the answer. */
  readonly output?: S | undefined;
  /** Provider classes whose `@Tool` methods the model may call, or names of tools. */
  readonly tools?: readonly ToolSelection[] | undefined;
  /** Whether a tool has to be called, or which: `{ tool: 'search' }`. `required`, and a named tool, hold for the first turn. @default 'auto' */
  readonly toolChoice?: ToolChoice | undefined;
  /** Most tokens of each answer. @default `models.maxTokens` of the module options: 4096 */
  readonly maxTokens?: number | undefined;
  /** How freely the model chooses its words. @default the vendor's */
  readonly temperature?: number | undefined;
  /** How much the model may think before it answers; what it thinks counts as output. @default the vendor's */
  readonly reasoning?: ReasoningEffort | undefined;
  /**
   * Lets the vendor keep the beginning of the prompt: the next request that begins like it costs less. Anthropic charges
   * for writing; OpenAI keeps it without being asked. @default false
   */
  readonly cachePrompt?: boolean | undefined;
  /**
   * By the provider's name: fields that only its vendor knows, e.g. `{ openai: { service_tier: 'flex' } }`. A field that an
   * option of ours sets is refused. What they change about the price, the price table does not know.
   */
  readonly providerOptions?: ProviderOptions | undefined;
  /** Texts at which the answer ends. */
  readonly stop?: readonly string[] | undefined;
  /** Most requests while the model calls tools; the repair of an output may come on top. @default `models.maxTurns` of the module options: 8 */
  readonly maxTurns?: number | undefined;
  /** Most tool calls of one answer that are performed at the same time; all of them are checked first. @default 8 */
  readonly parallelToolCalls?: number | undefined;
  /**
   * The conversation in which the model answers, by id, or with how much of it is shown. The prompt and what follows go into it
   * when the answer is there. @default none
   */
  readonly conversation?: string | ConversationUse | undefined;
  /**
   * What it is to answer from, as `ContextService.assemble` makes it: it goes in front of what the user says last, and not into the
   * conversation. @default nothing
   */
  readonly context?: GivenContext | undefined;
  /**
   * How long, and for whom, the answer to an equal request is given again, at any temperature; equal ones of a run that are asked at once
   * are one. Not where tools are offered that change something. @default that of the alias or the module, where `temperature` is 0
   */
  readonly cache?: CacheSettings | undefined;
  /** Of each request. @default `models.timeout` of the module options: '2m' */
  readonly timeout?: Duration | undefined;
}

export type GenerateOptions<S extends Schema | undefined = Schema | undefined> = Prompt & GenerateSettings<S>;

/** The type that `output` describes; `undefined` where no `output` was asked for. */
export type GeneratedOutput<S extends Schema | undefined> = S extends Schema ? SchemaOutput<S> : undefined;

export interface GenerateResult<T = undefined> {
  /** The last answer. */
  readonly text: string;
  /** The answer as `output` describes it, validated. */
  readonly output: T;
  /** What the model had done by tools, in order. */
  readonly toolCalls: readonly PerformedToolCall[];
  /** Of all requests together. */
  readonly usage: Usage;
  /** Tokens of all requests together, with what of them was read from a cache, written to one, or reasoned. */
  readonly tokens: TokenUsage;
  /** US dollars of all requests together: `usage.usd`. */
  readonly cost: number;
  /** Who gave the last answer: `openai/gpt-5-mini`. */
  readonly model: string;
  readonly finishReason: FinishReason;
  /** The passages of `context` that the answer cites, by its marks, in order. */
  readonly citations: readonly Citation[];
  /** US dollars that answers have cost which were given again: not part of `cost`. */
  readonly saved: number;
  /** Marks of the answer that stand for no passage of `context`. Without a context brackets are text, and there are none. */
  readonly unknownMarks: readonly CitedMark[];
  /** The conversation with the answers in it: what to hand on as `prompt` to continue. */
  readonly messages: readonly Message[];
}

/** A piece of a streamed answer, or of what the model thinks. `restart`: an attempt broke on the way, what came of this answer is void. */
export type StreamDelta =
  | { readonly type: 'text' | 'reasoning'; readonly text: string }
  /** With `output`: what is known of it already, texts as far as they came. Not validated. */
  | { readonly type: 'output.partial'; readonly output: JsonValue }
  | { readonly type: 'restart' };

/** Iterate over it for the deltas; `result` is the whole, and what counts: guardrails look at it, not at the deltas. */
export interface StreamedResult<T = undefined> extends AsyncIterable<StreamDelta> {
  readonly result: Promise<GenerateResult<T>>;
}

export interface EmbedOptions {
  /** Alias, or `provider/model`. */
  readonly model: string;
  /** Each gets a vector of its own. */
  readonly texts: readonly string[];
  /**
   * Whether texts and vectors go on record. `false`: a step that begins again asks again, and a replay of it has no answer; for many
   * texts, whose vectors are kept elsewhere. @default true
   */
  readonly remember?: boolean | undefined;
}

export interface EmbedResult {
  /** In the order of the texts. */
  readonly vectors: readonly (readonly number[])[];
  readonly usage: Usage;
  /** US dollars. */
  readonly cost: number;
  readonly model: string;
}
