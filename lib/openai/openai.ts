import OpenAI from 'openai';
import { fetchWithoutTimeLimits, longestSdkTimeout, type ModelProvider } from '../models/index.js';
import { type LimitField, limitFieldOf } from './limit-field.js';
import { OpenAiProvider } from './openai-provider.js';

export interface OpenAiOptions {
  /** Of the account that pays. @default the environment's `OPENAI_API_KEY` */
  readonly apiKey?: string | undefined;
  /** Of any server that speaks OpenAI's Chat Completions. @default the environment's `OPENAI_BASE_URL`, else OpenAI's own */
  readonly baseURL?: string | undefined;
  /** Of an account with several. @default the environment's `OPENAI_ORG_ID` */
  readonly organization?: string | undefined;
  /**
   * What the server calls the limit of an answer. `max_completion_tokens` is OpenAI's name since its reasoning models;
   * most servers that imitate it know only `max_tokens`, and pass over the other or refuse it.
   * @default `max_completion_tokens` for hosts of openai.com and azure.com, `max_tokens` for all others
   */
  readonly limitField?: LimitField | undefined;
  /** Sent with every request. */
  readonly defaultHeaders?: Readonly<Record<string, string>> | undefined;
  /** What comes before the slash in the names of its models. @default 'openai' */
  readonly name?: string | undefined;
}

/**
 * Models behind OpenAI's Chat Completions API, by the official SDK.
 * @throws {Error} if there is no API key.
 * @example
 * OrchestrationModule.forRoot({ models: { providers: [openai({ apiKey })], default: 'openai/gpt-5-mini' } })
 */
export function openai(options: OpenAiOptions = {}): ModelProvider {
  const { apiKey, baseURL, organization, defaultHeaders, limitField, name = 'openai' } = options;
  const client = new OpenAI({
    ...(apiKey === undefined ? {} : { apiKey }),
    ...(baseURL === undefined ? {} : { baseURL }),
    ...(organization === undefined ? {} : { organization }),
    ...(defaultHeaders === undefined ? {} : { defaultHeaders }),
    // Only the gate retries and ends what takes too long, and errors are told by throwing them.
    maxRetries: 0,
    timeout: longestSdkTimeout,
    fetch: fetchWithoutTimeLimits,
    logLevel: 'off',
  });
  return new OpenAiProvider(name, client, limitField ?? limitFieldOf(client.baseURL));
}
