import type { GivenPassage } from './prompt-sections.js';
import { sentencesOf, stemsOf } from './text.js';

/** What of a passage is worth quoting, with the words of the ticket that it speaks of. */
export interface Evidence {
  readonly mark: number;
  readonly heading: string;
  readonly sentences: readonly string[];
  readonly score: number;
}

/** Sentences of a passage that are worth quoting. */
const usualSentences = 4;

/**
 * Passages that speak of what was asked, best first. Words that many passages use count less (inverse document frequency).
 * @param mostSentences of each
 */
export function evidenceFor(
  question: ReadonlyMap<string, number>,
  passages: readonly GivenPassage[],
  mostSentences = usualSentences,
): Evidence[] {
  const parts = passages.flatMap(partOf);
  const spread = new Map<string, number>();
  for (const part of parts) for (const stem of part.stems) spread.set(stem, (spread.get(stem) ?? 0) + 1);
  const worth = (stem: string): number =>
    (question.get(stem) ?? 0) * Math.log(1 + parts.length / (spread.get(stem) ?? 1));
  return parts
    .map((part) => ({ ...part, score: scoreOf(part, worth) }))
    .filter((part) => part.score > 0)
    .toSorted((a, b) => b.score - a.score)
    .map(({ mark, heading, sentences, score }) => ({
      mark,
      heading,
      score,
      sentences: best(sentences, worth, mostSentences),
    }));
}

/** What the passages together speak of, from 0 to 1, by the weight of the words in the question. */
export function coverageOf(question: ReadonlyMap<string, number>, passages: readonly Evidence[]): number {
  const spoken = new Set(
    passages.flatMap(({ heading, sentences }) => stemsOf([heading, ...sentences].join(' '))),
  );
  let [covered, whole] = [0, 0];
  for (const [stem, weight] of question) {
    whole += weight;
    if (spoken.has(stem)) covered += weight;
  }
  return whole === 0 ? 0 : covered / whole;
}

interface Part {
  readonly mark: number;
  readonly heading: string;
  readonly sentences: readonly string[];
  readonly stems: ReadonlySet<string>;
  readonly headingStems: ReadonlySet<string>;
}

function partOf({ mark, title, heading, text }: GivenPassage): Part[] {
  const sentences = sentencesOf(text).map((line) => line.replaceAll('**', '').replaceAll('`', ''));
  if (sentences.length === 0) return [];
  const stems = new Set(stemsOf([heading, ...sentences].join(' ')));
  return [{ mark, heading, sentences, stems, headingStems: new Set(stemsOf(`${title} ${heading}`)) }];
}

/** A heading says what a passage is about, so its words count twice; long passages get no advantage. */
function scoreOf(part: Part, worth: (stem: string) => number): number {
  let score = 0;
  for (const stem of part.stems) score += worth(stem);
  for (const stem of part.headingStems) score += worth(stem);
  return score / Math.sqrt(part.sentences.length + 6);
}

/** What can't stand without the sentence before it. */
const refersBack = /^(?:It|If you did|After that|That|This|These|Such|They|In that case|Until then|For it)\b/;

/** The most telling sentences, in their own order, and none without the one that it refers to: an answer has to read on. */
function best(
  sentences: readonly string[],
  worth: (stem: string) => number,
  mostSentences: number,
): string[] {
  const rated = sentences.map((sentence, place) => ({
    place,
    score: stemsOf(sentence).reduce((sum, stem) => sum + worth(stem), 0) + (place === 0 ? 1 : 0),
  }));
  const chosen = new Set(
    rated
      .toSorted((a, b) => b.score - a.score)
      .slice(0, mostSentences)
      .map(({ place }) => place),
  );
  return sentences.filter((sentence, place) => {
    const stands = chosen.has(place) && (!refersBack.test(sentence) || chosen.has(place - 1));
    if (!stands) chosen.delete(place);
    return stands;
  });
}
