import Anthropic from '@anthropic-ai/sdk';
import { fetchWithoutTimeLimits, longestSdkTimeout, type ModelProvider } from '../models/index.js';
import { AnthropicProvider } from './anthropic-provider.js';

export interface AnthropicOptions {
  /** Of the account that pays. @default the environment's `ANTHROPIC_API_KEY` */
  readonly apiKey?: string | undefined;
  /** Of any server that speaks Anthropic's Messages. @default the environment's `ANTHROPIC_BASE_URL`, else Anthropic's own */
  readonly baseURL?: string | undefined;
  /** Sent with every request. */
  readonly defaultHeaders?: Readonly<Record<string, string>> | undefined;
  /** What comes before the slash in the names of its models. @default 'anthropic' */
  readonly name?: string | undefined;
}

/**
 * Models behind Anthropic's Messages API, by the official SDK. Structured output uses `output_config.format`
 * (Claude Sonnet 4.5, Haiku 4.5, Opus 4.1 and later).
 * @example
 * OrchestrationModule.forRoot({ models: { providers: [anthropic({ apiKey })], default: 'anthropic/claude-haiku-4-5' } })
 */
export function anthropic(options: AnthropicOptions = {}): ModelProvider {
  const { apiKey, baseURL, defaultHeaders, name = 'anthropic' } = options;
  const client = new Anthropic({
    ...(apiKey === undefined ? {} : { apiKey }),
    ...(baseURL === undefined ? {} : { baseURL }),
    ...(defaultHeaders === undefined ? {} : { defaultHeaders }),
    // Only the gate retries and ends what takes too long, and errors are told by throwing them.
    maxRetries: 0,
    timeout: longestSdkTimeout,
    fetch: fetchWithoutTimeLimits,
    logLevel: 'off',
  });
  return new AnthropicProvider(name, client);
}
