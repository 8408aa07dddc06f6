/** A part of a text; `end` is exclusive. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Finds parts of a text that begin at `from` or later, from left to right; what stands before `from` tells what they are. */
export type Detector = (text: string, from: number) => Span[];

/**
 * Letters and digits that go on a word. Scripts that put no spaces between words are left out: a number right behind
 * them is a number.
 */
export const word = String.raw`\p{Nd}_\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Armenian}\p{Script=Devanagari}`;

/**
 * Spans of all matches that a check accepts; it may answer where the match ends, if it is shorter. After a match that is
 * not accepted the search goes on within it: it may have begun too early.
 * @param pattern with `g`; its matches have to be bounded in length, so that the time stays linear
 */
export function spansOf(
  text: string,
  from: number,
  pattern: RegExp,
  accepts: (match: string, start: number) => boolean | number = () => true,
): Span[] {
  const spans: Span[] = [];
  pattern.lastIndex = from;
  for (let found = pattern.exec(text); found; found = pattern.exec(text)) {
    const { 0: match, index: start } = found;
    const answer = accepts(match, start);
    const end = typeof answer === 'number' ? answer : start + match.length;
    if (answer !== false) spans.push({ start, end });
    // to the next word within it; a check may use the same pattern for nothing else meanwhile
    pattern.lastIndex = answer === false ? start + Math.max(1, match.search(/(?<=\w)(?!\w)/)) : end;
  }
  return spans;
}

export function digitsOf(text: string): string {
  return text.replace(/\D/g, '');
}
