import { sentencesOf, stemsOf } from './text.js';

export interface Article {
  readonly slug: string;
  readonly title: string;
  readonly text: string;
}

/** A part of an article under one heading, with the words of the ticket that it speaks of. */
export interface Passage {
  readonly slug: string;
  readonly heading: string;
  readonly sentences: readonly string[];
  readonly score: number;
}

/** Sentences of a passage that are worth quoting. */
const mostSentences = 4;

/** Passages that speak of what was asked, best first. Words that many passages use count less (inverse document frequency). */
export function passagesFor(question: ReadonlyMap<string, number>, articles: readonly Article[]): Passage[] {
  const parts = articles.flatMap(partsOf);
  const spread = new Map<string, number>();
  for (const part of parts) for (const stem of part.stems) spread.set(stem, (spread.get(stem) ?? 0) + 1);
  const worth = (stem: string): number =>
    (question.get(stem) ?? 0) * Math.log(1 + parts.length / (spread.get(stem) ?? 1));
  return parts
    .map((part) => ({ ...part, score: scoreOf(part, worth) }))
    .filter((part) => part.score > 0)
    .toSorted((a, b) => b.score - a.score)
    .map(({ slug, heading, sentences, score }) => ({
      slug,
      heading,
      score,
      sentences: best(sentences, worth),
    }));
}

/** What the passages together speak of, from 0 to 1, by the weight of the words in the question. */
export function coverageOf(question: ReadonlyMap<string, number>, passages: readonly Passage[]): number {
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
  readonly slug: string;
  readonly heading: string;
  readonly sentences: readonly string[];
  readonly stems: ReadonlySet<string>;
  readonly headingStems: ReadonlySet<string>;
}

function partsOf({ slug, title, text }: Article): Part[] {
  return text.split(/^#+ /m).flatMap((part, index) => {
    const lines = part.trim().split('\n');
    const heading = index === 0 ? title : (lines.shift() ?? title);
    const sentences = sentencesOf(lines.join('\n')).map((line) =>
      line.replaceAll('**', '').replaceAll('`', ''),
    );
    if (sentences.length === 0) return [];
    const stems = new Set(stemsOf([heading, ...sentences].join(' ')));
    return [{ slug, heading, sentences, stems, headingStems: new Set(stemsOf(`${title} ${heading}`)) }];
  });
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
function best(sentences: readonly string[], worth: (stem: string) => number): string[] {
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
