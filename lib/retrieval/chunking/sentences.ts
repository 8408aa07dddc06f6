const bySentence = new Intl.Segmenter(undefined, { granularity: 'sentence' });
const byWord = new Intl.Segmenter(undefined, { granularity: 'word' });
const byCharacter = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** The sentences of a text, which together are the text (Unicode Standard Annex 29). */
export function sentencesOf(text: string): string[] {
  return segmentsOf(bySentence, text);
}

/** Its words, and what is between them. */
export function wordsOf(text: string): string[] {
  return segmentsOf(byWord, text);
}

/** Its characters as people see them. */
export function charactersOf(text: string): string[] {
  return segmentsOf(byCharacter, text);
}

/**
 * How much is cut at once, in units of UTF-16: the time that V8's segmenter takes grows with the square of the length of a text (seen in
 * Node 20).
 */
const windowSize = 2_000;

function segmentsOf(segmenter: Intl.Segmenter, text: string): string[] {
  const all: string[] = [];
  let start = 0;
  while (start < text.length) {
    const end = start + windowSize;
    const segments = Array.from(segmenter.segment(text.slice(start, end)), ({ segment }) => segment);
    if (end < text.length) cutOpenEnd(segments);
    for (const segment of segments) all.push(segment);
    start += segments.reduce((sum, { length }) => sum + length, 0);
  }
  return all;
}

/** The last segment of a window may go on behind it: it is left to the next, or is cut where it fills the window. */
function cutOpenEnd(segments: string[]): void {
  const last = segments.pop() ?? '';
  if (segments.length > 0) return;
  const words = last.trimEnd().replace(/\S+$/, '');
  const isHalf = /[\ud800-\udbff]$/.test(last);
  segments.push(words || (isHalf ? last.slice(0, -1) : last));
}
