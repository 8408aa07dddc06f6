import { type Clock, type Duration, milliseconds, SystemClock } from '../../clock/index.js';
import { defaultAttempts, retryPolicy } from '../../decorators/index.js';
import { suggestion } from '../../text/index.js';
import { type ErrorCode, InputValidationError } from '../../errors/index.js';
import { requestedDelay } from '../../gate/index.js';
import type { RetryPolicy } from '../../scope/index.js';
import { readProperty } from '../../text/index.js';
import type { CacheSettings } from '../cache/answer-caching.js';
import { aliasOf } from './alias.js';
import type { ModelProvider } from '../provider/model-provider.js';
import type { AliasOptions, ModelsOptions } from '../models-options.js';
import { type Breaker, Breakers } from './breaker.js';
import type { BreakerOptions } from './breaker-options.js';
import { ContextWindows } from './context-windows.js';
import type { FallbackReason } from './fallback-reason.js';

/** One model of one provider. */
export interface Candidate {
  readonly provider: ModelProvider;
  /** Without the provider: `gpt-5-mini`. */
  readonly model: string;
  /** With the provider: `openai/gpt-5-mini`. */
  readonly name: string;
  /** Most tokens that it reads and writes in one request; undefined where that is not known. */
  readonly window: number | undefined;
  /** Of the alias, where it has one. */
  readonly breaker?: Breaker | undefined;
}

/** Who answers, in the order of asking. `alias` is absent where a model was named directly. */
export interface Route {
  readonly candidates: readonly [Candidate, ...Candidate[]];
  readonly alias: string | undefined;
  /** @default 'order' */
  readonly strategy?: AliasOptions['strategy'];
  /** Which failures lead on to the next. @default all */
  readonly fallbackOn?: readonly FallbackReason[] | undefined;
  /** How answers of requests with `temperature: 0` are given again. */
  readonly cache?: CacheSettings | undefined;
}

/** The configured providers, aliases and defaults: turns `'fast'` into models to ask. */
export class ModelCatalog {
  readonly maxTokens: number;
  readonly maxTurns: number;
  /** Milliseconds. */
  readonly timeout: number;
  readonly keepOpaque: boolean;
  readonly retry: RetryPolicy;
  private substitute: ModelProvider | undefined;
  private wrap: (provider: ModelProvider) => ModelProvider = (provider) => provider;
  private readonly windows: ContextWindows;
  private readonly breakers: Breakers;

  constructor(
    private readonly options: ModelsOptions,
    clock: Pick<Clock, 'monotonic'> = new SystemClock(),
  ) {
    this.windows = new ContextWindows(options.windows);
    this.breakers = new Breakers(clock);
    this.maxTokens = options.maxTokens ?? 4096;
    this.maxTurns = options.maxTurns ?? 8;
    this.timeout = milliseconds(options.timeout ?? ('2m' satisfies Duration));
    this.keepOpaque = options.keepOpaque ?? true;
    const longestWait = milliseconds(options.maxRetryAfter ?? ('1m' satisfies Duration));
    this.retry = patientFor(longestWait, retryPolicy(defaultAttempts, options.retry));
  }

  /** Whether anything could answer a request. */
  get hasProviders(): boolean {
    return this.substitute !== undefined || this.options.providers.length > 0;
  }

  /** Lets one provider answer every request from now on, under whatever name it is asked: what tests do. */
  answerWith(provider: ModelProvider): void {
    this.substitute = provider;
  }

  /** Puts something around each provider from now on: what records or repeats its answers. */
  wrapWith(wrap: (provider: ModelProvider) => ModelProvider): void {
    const wrapped = new Map(this.options.providers.map((provider) => [provider, wrap(provider)]));
    this.wrap = (provider) => wrapped.get(provider) ?? provider;
  }

  /** @throws {InputValidationError} if nothing of that name is configured. */
  resolve(asked: string | undefined): Route {
    if (this.substitute) return this.substituted(this.substitute, asked ?? this.options.default);
    const name = asked ?? this.options.default;
    if (name === undefined) {
      throw new InputValidationError(
        `No model was named and none is the default: pass 'model' or set 'models.default' in the module options. There are: ${this.listed()}.`,
      );
    }
    const alias = this.alias(name);
    const breaking = alias?.breaker && { alias: name, options: alias.breaker };
    const [first, ...others] = this.modelsOf(name).map((model) => this.candidate(model, breaking));
    if (!first)
      throw new InputValidationError(`The model alias '${name}' is empty: list at least one model.`);
    return {
      candidates: [first, ...others],
      alias: alias && name,
      strategy: alias?.strategy,
      fallbackOn: alias?.fallbackOn,
      cache: alias?.cache ?? this.options.cache,
    };
  }

  /**
   * Most tokens that each of these models reads and writes in one request. @param asked alias, or `provider/model`
   * @throws {InputValidationError} if one of them is not known
   */
  windowOf(asked: string): number {
    return Math.min(...this.modelsOf(asked).map((model) => this.windows.required(model)));
  }

  private modelsOf(name: string): readonly string[] {
    return this.alias(name)?.models ?? [name];
  }

  private substituted(provider: ModelProvider, asked: string | undefined): Route {
    const model = asked ?? 'default';
    const alias = this.alias(model);
    return {
      candidates: [{ provider, model, name: `${provider.name}/${model}`, window: undefined }],
      alias: alias && model,
      cache: alias?.cache ?? this.options.cache,
    };
  }

  private candidate(
    name: string,
    breaking: { readonly alias: string; readonly options: BreakerOptions } | undefined,
  ): Candidate {
    const slash = name.indexOf('/');
    const provider = this.options.providers.find((each) => slash > 0 && each.name === name.slice(0, slash));
    if (provider)
      return {
        provider: this.wrap(provider),
        model: name.slice(slash + 1),
        name,
        window: this.windows.of(name),
        breaker: breaking && this.breakers.of(name, breaking.alias, breaking.options),
      };
    const known = [...Object.keys(this.aliases()), ...this.options.providers.map((each) => `${each.name}/…`)];
    throw new InputValidationError(
      `'${name}' is neither a model alias nor a model of a configured provider.${suggestion(name, known)} There are: ${this.listed()}. ` +
        `Models are written 'provider/model'; aliases are in 'models.aliases' of the module options.`,
      { details: { model: name } },
    );
  }

  private alias(name: string): AliasOptions | undefined {
    const target = Object.hasOwn(this.aliases(), name) ? this.aliases()[name] : undefined;
    return target === undefined ? undefined : aliasOf(target);
  }

  private aliases(): NonNullable<ModelsOptions['aliases']> {
    return this.options.aliases ?? {};
  }

  private listed(): string {
    const aliases = Object.keys(this.aliases()).map((alias) => `alias '${alias}'`);
    const providers = this.options.providers.map((provider) => `provider '${provider.name}'`);
    return [...aliases, ...providers].join(', ') || 'none (no model provider is configured)';
  }
}

/**
 * The same policy, but without another attempt at a model that asks to wait longer than that, in milliseconds, or that was
 * silent until its time was over: a second and a third silence would leave the next model no time within the step.
 */
function patientFor(longestWait: number, policy: RetryPolicy): RetryPolicy {
  const retryOn = (error: unknown): boolean =>
    !isTimeout(error) && (requestedDelay(error) ?? 0) <= longestWait && (policy.retryOn?.(error) ?? true);
  return { ...policy, retryOn };
}

/** By code, as errors from the journal have another class. */
function isTimeout(error: unknown): boolean {
  return readProperty(error, 'code') === ('STEP_TIMEOUT' satisfies ErrorCode);
}
