import type { Duration } from '../clock/index.js';
import type { RetryOptions } from '../decorators/index.js';
import type { ModelPrice, ModelProvider } from './provider/model-provider.js';
import type { Schema } from '../values/index.js';
import type { VersionSplit } from './templates/version-choice.js';
import type { BreakerOptions } from './routing/breaker-options.js';
import type { FallbackReason } from './routing/fallback-reason.js';
import type { CacheSettings } from './cache/answer-caching.js';
import type { PriceTable } from './prices/price-table.js';

/** What an alias stands for, with what holds for it. */
export interface AliasOptions {
  /** `provider/model`, in the order of asking. */
  readonly models: readonly string[];
  /**
   * Who is asked first: `order`, the first of the list; `cheapest`, whose request may cost least, by the price table and `maxTokens`.
   * In a conversation who has answered goes on. @default 'order'
   */
  readonly strategy?: 'order' | 'cheapest' | undefined;
  /** When a model that fails too often is left out for a while. @default never */
  readonly breaker?: BreakerOptions | undefined;
  /**
   * Which failures lead on to the next model: `overloaded`, `unavailable`, `timeout`, `context-length` (to one with a larger window),
   * `refused` (a setting, a key, an unknown model). @default all of them
   */
  readonly fallbackOn?: readonly FallbackReason[] | undefined;
  /** How answers of requests with `temperature: 0` are given again. @default those of `models.cache` */
  readonly cache?: CacheSettings | undefined;
}

/** `models` of `OrchestrationModule.forRoot`. */
export interface ModelsOptions {
  /** e.g. `[openai({ apiKey }), anthropic({ apiKey })]`. */
  readonly providers: readonly ModelProvider[];
  /** A name for one model, or for several that stand in for each other, e.g. `fast: ['openai/gpt-5-mini', 'anthropic/claude-haiku-4-5']`. */
  readonly aliases?: Readonly<Record<string, string | readonly string[] | AliasOptions>> | undefined;
  /** Alias or model of requests that name none. Without it they must name one. */
  readonly default?: string | undefined;
  /** Most tokens of an answer where the request doesn't say. @default 4096 */
  readonly maxTokens?: number | undefined;
  /** Of one request to a provider, until the last byte of its answer; the HTTP client has no limit of its own. @default '2m' */
  readonly timeout?: Duration | undefined;
  /**
   * Longest wait that a model may ask for (`Retry-After`): if it asks for more, or for more than the step has time for,
   * the next model of the alias is asked at once. @default '1m'
   */
  readonly maxRetryAfter?: Duration | undefined;
  /**
   * Attempts at one model before the next one is asked; none follows one whose time was over.
   * @default 3 attempts, 500 ms, 30 s, factor 2, full jitter, transient errors
   */
  readonly retry?: RetryOptions | undefined;
  /**
   * Whether content that only the vendor can read (signed or encrypted reasoning) is kept, journaled, and sent back with the
   * results of tools. `false` where guardrails have to see everything that is kept: the model then begins to think again at
   * each turn. @default true
   */
  readonly keepOpaque?: boolean | undefined;
  /**
   * Most tokens that a model reads and writes in one request, by `provider/model`, or `provider/*` for all others of a provider: for
   * models that the list of `@pydantic/genai-prices` does not know, or knows otherwise.
   */
  readonly windows?: Readonly<Record<string, number>> | undefined;
  /** How answers of requests with `temperature: 0` are given again, where neither the call nor the alias says. @default not at all */
  readonly cache?: CacheSettings | undefined;
  /** Most requests of one `generate` with tools. @default 8 */
  readonly maxTurns?: number | undefined;
}

/** `prices` of `OrchestrationModule.forRoot`: what to add to the built-in list, or a list of one's own. */
export type PricesOptions =
  | PriceTable
  | {
      /** By `provider/model`, or `provider/*` for all others of a provider. Goes before the built-in list. */
      readonly models?: Readonly<Record<string, ModelPrice>> | undefined;
      /** What a model costs whose price nobody knows. @default $15 input, $75 output */
      readonly ceiling?: ModelPrice | undefined;
    };

/** `templates` of `OrchestrationModule.forRoot`. */
export interface TemplatesOptions {
  /** Folder of `.md` and `.txt` files; relative to the working directory. */
  readonly directory: string;
  /** By template: the version that requests get which name none. `TemplateRegistry.pin()` goes before it. @default the newest */
  readonly pin?: Readonly<Record<string, string>> | undefined;
  /** By template: which share of runs gets which version, by weights: `{ triage: { '2': 90, '3': 10 } }`. A run always gets the same. */
  readonly split?: Readonly<Record<string, VersionSplit>> | undefined;
  /** By template: class, or Standard Schema, of its variables. It takes the place of `variables` in the front matter. */
  readonly variables?: Readonly<Record<string, Schema>> | undefined;
}
