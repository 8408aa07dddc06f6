import type { JsonValue } from '../../values/index.js';
import type { Message, ModelToolCall, OpaqueContent } from '../../content/index.js';

/** A tool as a model sees it. */
export interface ModelTool {
  readonly name: string;
  readonly description: string;
  /** JSON Schema of the input object. */
  readonly input: JsonValue;
  /** The agent to which it hands the conversation over. Vendors are not told. */
  readonly handoff?: string;
  /** The user's client performs it. Vendors are not told. */
  readonly performedBy?: 'client';
}

export type { Message, ModelToolCall } from '../../content/index.js';

/** How much a model thinks before it answers. */
export type ReasoningEffort = 'none' | 'low' | 'medium' | 'high';

/** Fields of requests that only one vendor knows, by the provider's name: `{ openai: { service_tier: 'flex' } }`. */
export type ProviderOptions = Readonly<Record<string, Readonly<Record<string, JsonValue>>>>;

/** Whether a model has to call a tool, or which: `{ tool: 'search' }`. */
export type ToolChoice = 'auto' | 'none' | 'required' | { readonly tool: string };

export interface ModelRequest {
  /** Without the provider's name: `gpt-5-mini`. */
  readonly model: string;
  readonly messages: readonly Message[];
  readonly tools?: readonly ModelTool[];
  readonly toolChoice?: ToolChoice;
  /** JSON Schema that the answer has to fit. */
  readonly output?: { readonly name: string; readonly schema: JsonValue };
  /** Always sent, so that the cost is bounded. */
  readonly maxTokens: number;
  readonly temperature?: number;
  /** How much the model may think before it answers. Each provider says it in its vendor's words. */
  readonly reasoning?: ReasoningEffort;
  /** Whether the vendor may keep the beginning of the prompt, which makes the next request that begins like it cheaper. */
  readonly cachePrompt?: boolean;
  /** By the provider's name: fields that only its vendor knows, put into the request as they are. */
  readonly providerOptions?: ProviderOptions;
  readonly stop?: readonly string[];
  /** How many passages the model was given to cite, by the marks from `[1]` on. For people and guardrails; vendors never see it. */
  readonly marks?: number;
  /** Template that the prompt came from. For people and scripted models; vendors never see it. */
  readonly template?: string;
  /** Version of the template. For people; vendors never see it. */
  readonly templateVersion?: string;
  /** Of the template as it is in its files: SHA-256, in hexadecimal. For people; vendors never see it. */
  readonly templateHash?: string;
  /** Agent whose turn it is. For people and scripted models; vendors never see it. */
  readonly agent?: string;
  /** Alias that was asked for. For people and scripted models; vendors never see it. */
  readonly alias?: string;
}

/** `stop` and `tool-calls`: the model was done. With `length`, `content-filter` or `other` nothing says that the answer is whole. */
export type FinishReason = 'stop' | 'length' | 'tool-calls' | 'content-filter' | 'other';

/** Plain JSON: it is journaled and remembered. */
export interface ModelAnswer {
  readonly text: string;
  /** What the model thought before it spoke, where the vendor shows it. No part of the text. */
  readonly reasoning?: string;
  readonly toolCalls: readonly ModelToolCall[];
  readonly finishReason: FinishReason;
  readonly usage: TokenUsage;
  /** Goes back to the same model with the results of the tool calls. */
  readonly opaque?: OpaqueContent;
  /** It was not given to this request, but to an equal one of that run, and cost so many US dollars there. */
  readonly cached?: { readonly runId: string; readonly usd: number };
  /** Marks in the text that stand for none of the passages that it was given: `[7]` of five. Absent where there are none. */
  readonly unknownMarks?: readonly number[];
}

/**
 * What one request has used, in whole tokens. The parts (`cachedInputTokens`, `cacheWriteInputTokens`, `reasoningTokens`)
 * are contained in the totals, as OpenAI counts them; of vendors that count them apart, as Anthropic does, the provider
 * adds them up.
 */
export interface TokenUsage {
  /** All of the prompt: also what the vendor read from its cache, or wrote to it. */
  readonly inputTokens: number;
  /** All that the model wrote, its reasoning included. */
  readonly outputTokens: number;
  /** Of `inputTokens`: what the vendor read from its cache. @default 0 */
  readonly cachedInputTokens?: number;
  /** Of `inputTokens`: what the vendor wrote to its cache. @default 0 */
  readonly cacheWriteInputTokens?: number;
  /** Of `outputTokens`: what the model reasoned. @default 0 */
  readonly reasoningTokens?: number;
}

/** What a provider knows of it. A total that is absent, or not a whole number from 0 up, counts at the estimate. */
export type ReportedUsage = { readonly [Count in keyof TokenUsage]?: number | null | undefined };

/** An answer as a provider gives it: its usage may be unknown. */
export interface ProviderAnswer extends Omit<ModelAnswer, 'usage'> {
  readonly usage?: ReportedUsage | null | undefined;
}

/** Vectors of texts, in the order of the texts. */
export interface ModelEmbeddings {
  readonly vectors: readonly (readonly number[])[];
  readonly usage: TokenUsage;
}

/** Vectors as a provider gives them: their usage may be unknown. */
export interface ProviderEmbeddings extends Omit<ModelEmbeddings, 'usage'> {
  readonly usage?: ReportedUsage | null | undefined;
}

/** US dollars for a million tokens, each 0 or more. */
export interface ModelPrice {
  readonly inputPerMillion: number;
  readonly outputPerMillion: number;
  /** Of input that was read from the vendor's cache. @default inputPerMillion */
  readonly cachedInputPerMillion?: number;
  /** Of input that was written to the vendor's cache. @default inputPerMillion */
  readonly cacheWriteInputPerMillion?: number;
  /** Of reasoning. @default outputPerMillion */
  readonly reasoningPerMillion?: number;
}

/** A piece of a streamed answer; the last one is `end` with the whole. */
export type ModelDelta =
  | { readonly type: 'text'; readonly text: string }
  /** What the model thinks, where the vendor shows it. */
  | { readonly type: 'reasoning'; readonly text: string }
  | { readonly type: 'end'; readonly answer: ProviderAnswer };

/** A vendor's API behind one shape. Makes exactly one request a call: only the orchestrator retries. */
export abstract class ModelProvider {
  /** The part of a model's name before the slash: `openai`. */
  abstract readonly name: string;
  /** @throws {ModelCallError} with status, `retryAfter` and whether another attempt may help. */
  abstract generate(request: ModelRequest, signal: AbortSignal): Promise<ProviderAnswer>;
  /** Ends with `end`, or throws `ModelCallError`, also where the stream was cut short. */
  abstract stream(request: ModelRequest, signal: AbortSignal): AsyncIterable<ModelDelta>;
  /** Vectors of texts, in order. Providers without embeddings throw a `ModelCallError` that is not transient. */
  abstract embed(model: string, texts: readonly string[], signal: AbortSignal): Promise<ProviderEmbeddings>;
  /** What a model of this provider costs, where the provider knows best (a model of one's own); else the price list tells. */
  price?(model: string): ModelPrice | undefined;
}
