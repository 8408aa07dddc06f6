import { mostTokens } from '../estimate.js';
import type { ModelRequest, TokenUsage } from '../model-provider.js';
import { countOf, fieldsOf } from './json-reader.js';

/** What a vendor reports of the tokens of an answer. What is absent is unknown. */
export interface ReportedUsage {
  /** All of them, also those read from and written to the vendor's cache. */
  readonly inputTokens?: number | undefined;
  readonly outputTokens?: number | undefined;
  /** Of the input tokens. */
  readonly cachedInputTokens?: number | undefined;
}

/** `usage` of Chat Completions. */
export function chatUsage(usage: unknown): ReportedUsage {
  const { prompt_tokens, completion_tokens, prompt_tokens_details } = fieldsOf(usage);
  return {
    inputTokens: countOf(prompt_tokens),
    outputTokens: countOf(completion_tokens),
    cachedInputTokens: countOf(fieldsOf(prompt_tokens_details)['cached_tokens']),
  };
}

/** `usage` of Messages, which counts apart what comes from and goes to the cache; there `null` is none. */
export function messageUsage(usage: unknown): ReportedUsage {
  const fields = fieldsOf(usage);
  const cached = countOf(fields['cache_read_input_tokens'] ?? 0);
  const counts = [
    countOf(fields['input_tokens']),
    cached,
    countOf(fields['cache_creation_input_tokens'] ?? 0),
  ];
  const known = counts.filter((count) => count !== undefined);
  return {
    inputTokens: known.length < counts.length ? undefined : known.reduce((sum, count) => sum + count, 0),
    outputTokens: countOf(fields['output_tokens']),
    cachedInputTokens: cached,
  };
}

/** What is booked: a count that the vendor doesn't report is the most it can have been. */
export function countedUsage(reported: ReportedUsage, request: ModelRequest): TokenUsage {
  const { inputTokens, outputTokens, cachedInputTokens: cached = 0 } = reported;
  const most =
    inputTokens === undefined || outputTokens === undefined
      ? mostTokens(request)
      : { inputTokens, outputTokens };
  return {
    inputTokens: inputTokens ?? most.inputTokens,
    outputTokens: outputTokens ?? most.outputTokens,
    ...(inputTokens !== undefined && cached > 0 && cached <= inputTokens
      ? { cachedInputTokens: cached }
      : {}),
  };
}
