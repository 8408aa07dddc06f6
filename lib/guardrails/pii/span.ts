/** A part of a text; `end` is exclusive. */
export interface TextSpan {
  readonly start: number;
  readonly end: number;
}

/**
 * Finds parts of a text that begin at `from` or later, from left to right, and takes them out of the text that it gives
 * back; the text before `from` tells what they are.
 */
export type Search = (text: string, from: number) => Findings;

interface Findings {
  readonly spans: readonly TextSpan[];
  /** As long as the text that was read, with `taken` in place of what was found. */
  readonly text: string;
}

/** In place of what was found: no letter, no digit and no space, so that nothing goes on across it. */
const taken = '\u{e000}';

/**
 * Letters and digits that go on a word. Scripts that put no spaces between words are left out: a number right behind
 * them is a number.
 */
export const word = String.raw`\p{Nd}_\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Armenian}\p{Script=Devanagari}`;

/** What is found of a match: nothing, all of it, all of it up to an end, or a part of the text around it. */
type Answer = boolean | number | TextSpan;

/**
 * A search for all matches that a check accepts. After a match that is not accepted the search continues within it: it may
 * have begun too early.
 * @param pattern with `g`; its matches have to be bounded in length, so that the time stays linear
 * @param accepts is given the text without what was found before, so that it reads a long text and its slices alike
 */
export function searchFor(
  pattern: RegExp,
  accepts: (match: string, start: number, text: string, from: number) => Answer,
): Search {
  return (original, from) => {
    let text = original;
    const spans: TextSpan[] = [];
    pattern.lastIndex = from;
    for (let found = pattern.exec(text); found; found = pattern.exec(text)) {
      const { 0: match, index } = found;
      const span = spanOf(accepts(match, index, text, from), index, match.length);
      if (span) {
        spans.push(span);
        text = text.slice(0, span.start) + taken.repeat(span.end - span.start) + text.slice(span.end);
      }
      // to the next word within it; a check may use the same pattern for nothing else meanwhile
      pattern.lastIndex = span?.end ?? index + Math.max(1, match.search(/(?<=\w)(?!\w)/));
    }
    return { spans, text };
  };
}

function spanOf(answer: Answer, start: number, length: number): TextSpan | undefined {
  if (answer === false) return undefined;
  if (answer === true) return { start, end: start + length };
  return typeof answer === 'number' ? { start, end: answer } : answer;
}

export function digitsOf(text: string): string {
  return text.replace(/\D/g, '');
}
