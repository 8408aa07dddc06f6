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

function segmentsOf(segmenter: Intl.Segmenter, text: string): string[] {
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}
