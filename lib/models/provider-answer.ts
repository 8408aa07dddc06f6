import { ModelCallError } from '../errors/index.js';
import { isInstance, readProperty } from '../text/index.js';
import type { FinishReason, ModelToolCall, ProviderAnswer } from './model-provider.js';
import { brokenAnswer } from './provider-failure.js';
import { requestedToolCall, uniqueId } from './requested-tool-call.js';
import { finishReason } from './wire/finish-reason.js';
import { nameOf } from './wire/json-reader.js';

/**
 * What a provider has answered. It may be the host's own, without types: what is absent or `null` is read as nothing, and
 * what can't be read is refused by name. Reads every property once, so that a getter can't change its mind.
 * @param model for messages: `openai/gpt-5-mini`
 * @throws {ModelCallError} whose outcome is unknown: the model has worked, and is paid
 */
export function providerAnswer(given: unknown, model: string): ProviderAnswer {
  try {
    return read(given, model);
  } catch (error) {
    if (isInstance(error, ModelCallError)) throw error;
    throw brokenAnswer(model, 'the provider gave an answer that can not be read', error);
  }
}

function read(given: unknown, model: string): ProviderAnswer {
  if (typeof given !== 'object' || given === null) throw brokenAnswer(model, 'the provider gave no answer');
  const text = readText(readProperty(given, 'text'), model);
  const reasoning = readProperty(given, 'reasoning');
  const toolCalls = readCalls(readProperty(given, 'toolCalls'), model);
  const opaque = readProperty(given, 'opaque');
  return {
    text,
    ...(typeof reasoning === 'string' && reasoning !== '' ? { reasoning } : {}),
    toolCalls,
    finishReason: readReason(readProperty(given, 'finishReason')),
    // Its counts are read where they are booked.
    usage: readProperty(given, 'usage') as ProviderAnswer['usage'],
    // Only its provider knows its form.
    ...(typeof opaque === 'object' && opaque !== null
      ? { opaque: opaque as NonNullable<ProviderAnswer['opaque']> }
      : {}),
  };
}

function readText(text: unknown, model: string): string {
  if (text === undefined || text === null) return '';
  if (typeof text === 'string') return text;
  throw unreadable(model, 'text', text, 'a string');
}

/** Nothing says that an answer without a reason is whole. */
function readReason(reason: unknown): FinishReason {
  return typeof reason === 'string' ? finishReason(reason) : 'other';
}

function readCalls(calls: unknown, model: string): ModelToolCall[] {
  if (calls === undefined || calls === null) return [];
  if (!Array.isArray(calls)) throw unreadable(model, 'toolCalls', calls, 'a list of { id, name, arguments }');
  const ids = new Set<string>();
  return calls.map((call: unknown) => {
    const id = uniqueId(nameOf(readProperty(call, 'id')), ids, 'call');
    const name = nameOf(readProperty(call, 'name')) ?? '';
    const [raw, args] = [readProperty(call, 'raw'), readProperty(call, 'arguments')];
    const isText = typeof args === 'string' || args === undefined || args === null;
    if (!isText) return written(id, name, raw, args);
    return requestedToolCall(id, name, typeof raw === 'string' ? raw : (args ?? ''));
  });
}

/** Arguments that are data already: they count, whatever the text beside them says. */
function written(id: string, name: string, raw: unknown, args: unknown): ModelToolCall {
  if (typeof raw === 'string' && raw !== '') {
    const call = requestedToolCall(id, name, raw);
    if (call.arguments !== undefined) return call;
  }
  return requestedToolCall(id, name, jsonOf(args));
}

/** Not JSON where it can't be written as such. */
function jsonOf(value: unknown): string {
  try {
    return JSON.stringify(value) ?? String(typeof value);
  } catch {
    return 'not JSON';
  }
}

function unreadable(model: string, field: string, value: unknown, wanted: string): Error {
  const kind = Array.isArray(value) ? 'a list' : `${typeof value === 'object' ? 'an' : 'a'} ${typeof value}`;
  return brokenAnswer(
    model,
    `the provider gave an answer whose '${field}' is ${kind}: ModelProvider.generate() gives ${wanted}`,
  );
}
