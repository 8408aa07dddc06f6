/** A part of a text; `end` is exclusive. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Spans of all matches that a check accepts. `matchAll` works on a copy of the pattern, so nothing is shared. */
export function spansOf(
  text: string,
  pattern: RegExp,
  accepts: (match: string, start: number) => boolean = () => true,
): Span[] {
  const spans: Span[] = [];
  for (const { 0: match, index } of text.matchAll(pattern)) {
    if (accepts(match, index)) spans.push({ start: index, end: index + match.length });
  }
  return spans;
}

/** How far before a number its meaning is looked for. */
const reach = 40;

/** Whether the words shortly before a place match; what a number is, its neighbours tell. */
export function isPrecededBy(text: string, start: number, words: RegExp): boolean {
  return words.test(text.slice(Math.max(0, start - reach), start));
}

/** Ends with a word for what is no personal number: `order number: `, `ticket #`. */
const reference =
  /(?:order|invoice|ticket|case|tracking|shipment|parcel|sku|serial|transaction|reference|ref|build|commit|bestell\p{L}*|rechnung\p{L}*|auftrag\p{L}*|vorgang\p{L}*|sendung\p{L}*)(?:[\s_-]*(?:id|no|nr|number|nummer|code))?[\s.:=#"'-]*$/iu;

/** Whether a number stands behind a word like "order number". */
export function isReference(text: string, start: number): boolean {
  return isPrecededBy(text, start, reference);
}

export function digitsOf(text: string): string {
  return text.replace(/\D/g, '');
}
