import { shortText } from '../../text/index.js';
import type { PerformedToolCall, RequestedToolCall } from './tool-calls.js';

/** What a model is told of a call that came to nothing. */
export function toldFailure(call: RequestedToolCall, name: string, message: string): PerformedToolCall {
  return {
    id: call.id,
    name,
    ...(call.arguments === undefined ? {} : { arguments: call.arguments }),
    content: `Error: ${message}`,
    isError: true,
  };
}

export function calledTwice({ name }: RequestedToolCall): string {
  return `'${name}' was called twice in this answer with the same arguments, and was performed once: see the result of the first call. If it is meant to happen twice, call it again in your next answer.`;
}

export function onlyOneHandoff({ name }: RequestedToolCall): string {
  return `'${name}' was not performed: a conversation can be handed over only once in one answer.`;
}

export function noJson({ name, raw }: RequestedToolCall): string {
  return `The arguments of '${name}' are not valid JSON: ${shortText(raw, 200) || 'nothing'}. Call it again with a JSON object that fits its schema.`;
}

export function noObject({ name, raw }: RequestedToolCall): string {
  return `The arguments of '${name}' are not a JSON object: ${shortText(raw, 200)}. Call it again with a JSON object.`;
}

export function isPlainObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
