import { storableText } from './storable-text.js';

/** Room for the mark that says how much was cut. */
const markSize = 40;
const quotes = 2;
const plain = /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/;

/**
 * Whatever was given as text, as the database can hold it: well-formed, and cut at a code point and marked if its JSON
 * has more bytes of UTF-8 than `limit`. Never throws, in linear time.
 * @param limit bytes, at least 100
 */
export function boundedText(value: unknown, limit: number): string {
  const text = typeof value === 'string' ? value : written(value);
  const room = limit - quotes;
  if (text.length <= room && plain.test(text)) return text;
  if (reach(text, room) === text.length) return storableText(text).text;
  const end = reach(text, room - markSize);
  return `${storableText(text.slice(0, end)).text}… [${text.length - end} characters cut]`;
}

function written(value: unknown): string {
  try {
    return String(value);
  } catch {
    return '[unreadable]';
  }
}

/** How many units of UTF-16 fit into that many bytes of JSON. Never ends inside of a code point. */
function reach(text: string, limit: number): number {
  let bytes = 0;
  let index = 0;
  while (index < text.length) {
    const point = text.codePointAt(index) ?? 0;
    bytes += sizeOf(point);
    if (bytes > limit) return index;
    index += point > 0xffff ? 2 : 1;
  }
  return index;
}

function sizeOf(point: number): number {
  if (point === 0) return 3; // is replaced by U+FFFD
  if (point < 0x20) return 6;
  if (point === 0x22 || point === 0x5c) return 2;
  if (point < 0x80) return 1;
  if (point < 0x800) return 2;
  return point > 0xffff ? 4 : 3;
}
