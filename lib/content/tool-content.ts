import { readProperty } from '../text/index.js';
import type { MessageContent, MessagePart } from './message-content.js';
import { readContent } from './read-content.js';

/** What a tool gives back to show a model more than data: pictures, files. Plain JSON, so it is journaled like any result. */
export interface ToolContent {
  readonly type: 'content';
  readonly parts: readonly MessagePart[];
}

/**
 * A tool's result that the model is shown as it is, and not as JSON.
 * @throws {InputValidationError} if a part can't be used
 * @example
 * return toolContent([{ type: 'text', text: 'The page:' }, { type: 'image', data: screenshot.toString('base64') }]);
 */
export function toolContent(parts: readonly MessagePart[]): ToolContent {
  const content = readContent(parts, 'tool', 'toolContent');
  return {
    type: 'content',
    parts: typeof content === 'string' ? [{ type: 'text', text: content }] : content,
  };
}

/** What a model is told of a tool's result: its text, the parts of a `ToolContent`, or else its JSON. */
export function contentOfResult(result: unknown): MessageContent {
  if (typeof result === 'string') return result;
  if (isToolContent(result)) return readContent(result.parts, 'tool', 'The result');
  return JSON.stringify(result ?? null);
}

/** Whether a result says that it is one; what is in it may still be wrong. */
export function isToolContent(result: unknown): result is { readonly parts: unknown } {
  return readProperty(result, 'type') === 'content' && Array.isArray(readProperty(result, 'parts'));
}
