import { errorMessage } from '../../errors/index.js';

/** What could be read of a model's text. */
export type ReadJson =
  { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly why: string };

/** Deeper values are refused wherever they go next: the journal takes 500 levels. */
export const deepest = 500;

export function parse(text: string): ReadJson {
  try {
    return { ok: true, value: JSON.parse(text) as unknown };
  } catch (error) {
    return { ok: false, why: `is not valid JSON: ${errorMessage(error)}` };
  }
}

/** Brackets inside one another, outside strings. */
export function isTooDeep(json: string): boolean {
  let depth = 0;
  let most = 0;
  for (let at = 0; at < json.length; at++) {
    const char = json[at];
    if (char === '"') at = endOfString(json, at);
    else if (char === '{' || char === '[') most = Math.max(most, (depth += 1));
    else if (char === '}' || char === ']') depth -= 1;
  }
  return most > deepest;
}

/** Where a string ends that begins at `start`: at its quote, or at the end of the text. */
export function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === '\\') at += 1;
    else if (text[at] === '"') return at;
  }
  return text.length;
}

/** After the closing bracket; beyond the end of the text if there is none. */
export function endOfBracket(text: string, start: number): number {
  let depth = 0;
  for (let at = start; at < text.length; at++) {
    const char = text[at];
    if (char === '"') at = endOfString(text, at);
    else if (char === '{' || char === '[') depth += 1;
    else if ((char === '}' || char === ']') && (depth -= 1) === 0) return at + 1;
  }
  return text.length + 1;
}

/** Whether the first thing in a bracket is one that JSON has there; else it is a bracket of the prose. */
export function beginsLikeJson(text: string, start: number, bracket: '{' | '['): boolean {
  let at = start + 1;
  while (isSpace(text[at])) at += 1;
  const next = text[at] ?? '';
  if (bracket === '{') return next === '"' || next === '}' || next === '';
  return (
    /["{[\]\d-]/.test(next) ||
    next === '' ||
    ['true', 'false', 'null'].some((word) => text.startsWith(word, at))
  );
}

export function isSpace(char: string | undefined): boolean {
  return char === ' ' || char === '\n' || char === '\r' || char === '\t';
}
