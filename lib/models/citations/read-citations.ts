import type { RetrievedPassage } from '../../content/index.js';
import type { GivenContext } from './given-context.js';

/** A mark in an answer. */
export interface CitedMark {
  /** The number in the square brackets. */
  readonly mark: number;
  /** Characters of the answer: where the bracket opens, and behind where it closes. */
  readonly start: number;
  readonly end: number;
}

/** A mark in an answer, and the passage that it stands for. */
export interface Citation extends CitedMark {
  readonly passage: RetrievedPassage;
}

/** What an answer cites. */
export interface Citations {
  /** In the order of the answer. */
  readonly citations: readonly Citation[];
  /** Marks for which nothing was given to the model. */
  readonly unknownMarks: readonly CitedMark[];
}

/** Fenced blocks and inline code, in which brackets are code, and what is in brackets: `[1]`, `[1, 2]`, `【1】`. Not a link, `[1](…)`. */
const codeOrMarks =
  /(?<code>```[\s\S]*?(?:```|$)|`[^`\n]*`)|\[(?<square>\s*\d+(?:\s*[,;]\s*\d+)*\s*)\](?!\()|【(?<lenticular>\s*\d+(?:\s*[,;]\s*\d+)*\s*)】/g;

/** The passages that an answer cites by their marks, and its marks that stand for none. Without a context brackets are text. */
export function citationsIn(text: string, context: Pick<GivenContext, 'citations'> | undefined): Citations {
  const passages = new Map(context?.citations.map(({ mark, passage }) => [mark, passage]));
  const citations: Citation[] = [];
  const unknownMarks: CitedMark[] = [];
  for (const found of passages.size === 0 ? [] : citedMarks(text)) {
    const passage = passages.get(found.mark);
    if (passage) citations.push({ ...found, passage });
    else unknownMarks.push(found);
  }
  return { citations, unknownMarks };
}

/** Every mark of a text, in order. */
export function citedMarks(text: string): readonly CitedMark[] {
  return [...text.matchAll(codeOrMarks)].flatMap(({ index, 0: whole, groups }) => {
    const numbers = groups?.['square'] ?? groups?.['lenticular'];
    if (numbers === undefined) return [];
    const place = { start: index, end: index + whole.length };
    return numbers.split(/[,;]/).map((each) => ({ mark: Number(each), ...place }));
  });
}

/** What the record of an answer says about its marks. @param given how many passages the model was given to cite */
export function unknownMarksOf(
  text: string,
  given: number | undefined,
): { readonly unknownMarks?: readonly number[] } {
  if (given === undefined) return {};
  const unknown = citedMarks(text).filter(({ mark }) => mark < 1 || mark > given);
  return unknown.length === 0 ? {} : { unknownMarks: [...new Set(unknown.map(({ mark }) => mark))] };
}
