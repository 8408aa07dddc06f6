import { readCount } from '../../values/index.js';

/** The fields of something that should be an object; none if it is anything else. */
export function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return isObject(value) ? value : {};
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The entries of something that should be a list; none if it is anything else. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** A text; undefined for `null`, for the empty text and for anything else. */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** An id or a name, which some servers write as a number. */
export function nameOf(value: unknown): string | undefined {
  return typeof value === 'number' ? String(value) : textOf(value);
}

/** A whole number from 0 up, also as a text of digits; undefined for anything else. */
export function indexOf(value: unknown): number | undefined {
  const number = typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : value;
  return readCount(number);
}

/**
 * The text of a content that may be a text, a part `{ text }`, or a list of both. What is in parts that think
 * (`{ type: 'thinking' }`, as Mistral's models have them) is not part of it.
 */
export function contentText(content: unknown): string {
  if (typeof content === 'string') return content;
  if (Array.isArray(content)) return content.map(contentText).join('');
  const { type, text } = fieldsOf(content);
  return type === 'thinking' || type === 'reasoning' ? '' : contentText(text ?? '');
}

/** What is in the parts of a content that think. */
export function contentReasoning(content: unknown): string {
  if (Array.isArray(content)) return content.map(contentReasoning).join('');
  const { type, thinking, reasoning, text } = fieldsOf(content);
  return type === 'thinking' || type === 'reasoning' ? contentText(thinking ?? reasoning ?? text ?? '') : '';
}
