import OpenAI from 'openai';
import { fetchWithoutTimeLimits, longestSdkTimeout, type ModelProvider } from '../models/index.js';
import { ChatCompletions } from './chat/chat-completions.js';
import { type LimitField, limitFieldOf } from './chat/limit-field.js';
import type { OpenAiApi } from './openai-api.js';
import { OpenAiProvider } from './openai-provider.js';
import { Responses } from './responses/responses.js';
import type { ReasoningSummary } from './responses/responses-request.js';

export interface OpenAiOptions {
  /** Of the account that pays. @default the environment's `OPENAI_API_KEY` */
  readonly apiKey?: string | undefined;
  /** Of any server that speaks one of OpenAI's APIs. @default the environment's `OPENAI_BASE_URL`, else OpenAI's own */
  readonly baseURL?: string | undefined;
  /** Of an account with several. @default the environment's `OPENAI_ORG_ID` */
  readonly organization?: string | undefined;
  /**
   * Which API is used. `responses` gives models that think their former thoughts back, encrypted, and keeps nothing with
   * OpenAI; `chat` (Chat Completions) is what other servers speak.
   * @default 'responses' for api.openai.com, 'chat' for all others
   */
  readonly api?: 'responses' | 'chat' | undefined;
  /**
   * How much of what a model thinks is told (`reasoning` of its answers), with `responses`. OpenAI tells it only to
   * organizations that it has verified.
   * @default nothing
   */
  readonly reasoningSummary?: ReasoningSummary | undefined;
  /**
   * What the server calls the limit of an answer in Chat Completions. `max_completion_tokens` is OpenAI's name since its reasoning models;
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
 * Models behind OpenAI's Responses or Chat Completions API, by the official SDK.
 * @throws {Error} if there is no API key.
 * @example
 * OrchestrationModule.forRoot({ models: { providers: [openai({ apiKey })], default: 'openai/gpt-5-mini' } })
 */
export function openai(options: OpenAiOptions = {}): ModelProvider {
  const { apiKey, baseURL, organization, defaultHeaders, name = 'openai' } = options;
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
  return new OpenAiProvider(name, client, apiOf(options, client.baseURL));
}

function apiOf({ api, limitField, reasoningSummary }: OpenAiOptions, baseURL: string): OpenAiApi {
  const host = URL.canParse(baseURL) ? new URL(baseURL).hostname : '';
  const isOpenAi = /(?:^|\.)api\.openai\.com$/i.test(host);
  return (api ?? (isOpenAi ? 'responses' : 'chat')) === 'responses'
    ? new Responses(reasoningSummary)
    : new ChatCompletions(limitField ?? limitFieldOf(baseURL));
}
