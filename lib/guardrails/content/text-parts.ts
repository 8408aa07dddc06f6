import { type JsonToken, scanJson } from './json-reader.js';
import type { Sliced, SliceMeter } from './slices.js';

/** A part of a text: JSON that was read, or anything else (`tokens` is undefined). */
export interface TextSegment {
  readonly start: number;
  readonly end: number;
  readonly tokens?: readonly JsonToken[];
}

/** Where an object or a list may begin; the rest of a text is not tried. */
const opening = /\{\s*["}]|\[\s*["[{\d\]tfn-]/g;
/** A shorter number alone says too little to split a text over it: `[1]` may be a footnote. */
const shortNumber = 12;

/**
 * The parts of a text, in order and without gaps: the whole of it if it is JSON, else each object and list in it, as in a
 * fence of Markdown, a line of a log or an answer with an explanation around it. Linear: what was read in vain is not
 * read again, but left to be text.
 */
export function* partsOf(text: string, meter: SliceMeter): Sliced<readonly TextSegment[]> {
  const parts: TextSegment[] = [];
  let textStart = 0;
  let from = 0;
  const take = (start: number, end: number, tokens: readonly JsonToken[]): void => {
    if (start > textStart) parts.push({ start: textStart, end: start });
    parts.push({ start, end, tokens });
    textStart = end;
  };
  const quoted = /^\s*"/.exec(text);
  if (quoted && /"\s*$/.test(text.slice(-16))) {
    const { end, isJson, tokens } = yield* scanJson(text, quoted[0].length - 1, meter);
    if (isJson && text.slice(end).trim() === '') take(quoted[0].length - 1, end, tokens);
  }
  if (textStart > 0) from = textStart;
  for (;;) {
    opening.lastIndex = from;
    const start = opening.exec(text)?.index;
    if (start === undefined) break;
    const { end, isJson, tokens } = yield* scanJson(text, start, meter);
    if (isJson && tokens.some(isTelling)) take(start, end, tokens);
    from = Math.max(end, start + 1);
  }
  if (textStart < text.length) parts.push({ start: textStart, end: text.length });
  return parts;
}

function isTelling({ type, start, end }: JsonToken): boolean {
  return type !== 'number' || end - start > shortNumber;
}
