import { ModelCallError } from '../../errors/index.js';
import { isInstance, readProperty } from '../../text/index.js';
import { readCount } from '../../values/index.js';
import type { FinishReason, ModelToolCall, ProviderAnswer } from './model-provider.js';
import { providerFailure } from './provider-failure.js';
import { requestedToolCall, toolCallWith, uniqueId } from '../loop/requested-tool-call.js';
import { finishReason } from '../wire/finish-reason.js';
import { nameOf } from '../wire/json-reader.js';

export interface AnswerLimits {
  /** Of the request: calls of an answer that has used them all count as cut off. */
  readonly maxTokens: number;
  /** Of one payload. */
  readonly bytes: number;
  /** Whether content that only the vendor can read is kept. */
  readonly keepOpaque: boolean;
}

/** No model makes so many calls in one answer; a list of the host's may have four billion holes. */
const mostCalls = 1_000;

/**
 * What a provider has answered. It may be the host's own, without types: what is absent or `null` is read as nothing, and
 * what can't be read is refused by name. Reads every property once, so that a getter can't change its mind.
 * @param model for messages: `openai/gpt-5-mini`
 * @throws {ModelCallError} whose outcome is unknown: the model has worked, and is paid
 */
export function providerAnswer(given: unknown, model: string, limits: AnswerLimits): ProviderAnswer {
  try {
    return read(given, model, limits);
  } catch (error) {
    if (isInstance(error, ModelCallError)) throw error;
    throw unreadable(model, 'gave an answer that can not be read', error);
  }
}

function read(given: unknown, model: string, { maxTokens, bytes, keepOpaque }: AnswerLimits): ProviderAnswer {
  if (typeof given !== 'object' || given === null) throw unreadable(model, 'gave no answer');
  const text = readText(readProperty(given, 'text'), model);
  const reasoning = readProperty(given, 'reasoning');
  const toolCalls = readCalls(readProperty(given, 'toolCalls'), model, bytes);
  // Its counts are read where they are booked.
  const usage = readProperty(given, 'usage') as ProviderAnswer['usage'];
  const opaque = readProperty(given, 'opaque');
  const hasCalls = toolCalls.length > 0;
  // Some servers call it a stop when the limit cuts a call off.
  const isCutOff = hasCalls && (readCount(readProperty(usage, 'outputTokens')) ?? 0) >= maxTokens;
  const reason = readReason(readProperty(given, 'finishReason'), hasCalls);
  return {
    text,
    ...(typeof reasoning === 'string' && reasoning !== '' ? { reasoning } : {}),
    toolCalls,
    finishReason: isCutOff && reason !== 'content-filter' ? 'length' : reason,
    usage,
    // Only its provider knows its form.
    ...(keepOpaque && typeof opaque === 'object' && opaque !== null
      ? { opaque: opaque as NonNullable<ProviderAnswer['opaque']> }
      : {}),
  };
}

function readText(text: unknown, model: string): string {
  if (text === undefined || text === null) return '';
  if (typeof text === 'string') return text;
  throw misread(model, 'text', text, 'a string');
}

/** Nothing says that an answer without a reason is whole. */
function readReason(reason: unknown, hasCalls: boolean): FinishReason {
  return typeof reason === 'string' ? finishReason(reason, hasCalls) : 'other';
}

function readCalls(calls: unknown, model: string, bytes: number): ModelToolCall[] {
  if (calls === undefined || calls === null) return [];
  if (!Array.isArray(calls)) throw misread(model, 'toolCalls', calls, 'a list of { id, name, arguments }');
  if (calls.length > mostCalls) throw unreadable(model, `gave an answer with ${calls.length} tool calls`);
  const ids = new Set<string>();
  // not `map`, which leaves holes as they are
  return Array.from(calls, (call: unknown) => {
    const id = uniqueId(nameOf(readProperty(call, 'id')), ids, 'call');
    const name = nameOf(readProperty(call, 'name')) ?? '';
    const [given, args] = [readProperty(call, 'raw'), readProperty(call, 'arguments')];
    const raw = typeof given === 'string' ? given : undefined;
    if (typeof args === 'string' || args === undefined || args === null)
      return requestedToolCall(id, name, raw ?? args ?? '');
    return toolCallWith({ id, name, raw, data: args, limit: bytes });
  });
}

function misread(model: string, field: string, value: unknown, wanted: string): Error {
  const kind = Array.isArray(value) ? 'a list' : `${typeof value === 'object' ? 'an' : 'a'} ${typeof value}`;
  return unreadable(
    model,
    `gave an answer whose '${field}' is ${kind}: ModelProvider.generate() gives ${wanted}`,
  );
}

/** It would be no better, and paid once more, the next time. */
function unreadable(model: string, what: string, cause?: unknown): Error {
  return providerFailure({ model, message: `the provider ${what}`, cause, transient: false });
}
