import { lexicon } from './lexicon.js';
import { plain } from './text.js';

export interface TopicReading {
  readonly topic: string;
  /** Best topic first; a ticket can have more than one. */
  readonly ranking: readonly { readonly topic: string; readonly score: number }[];
  /** English words for the knowledge base, the most telling first. */
  readonly terms: readonly string[];
  /** 0 to 1: how far the best topic is above the second. */
  readonly certainty: number;
}

/** A topic needs at least this much evidence; below it the ticket is about something else. */
const least = 2;

/** Weighs what the ticket speaks of. The subject counts twice: people put there what they want. */
export function topicOf(subject: string, body: string): TopicReading {
  const [inSubject, inBody] = [plain(subject), plain(body)];
  const scores = new Map<string, number>();
  const terms: { readonly term: string; readonly weight: number }[] = [];
  for (const { topic, weight, pattern, term } of lexicon) {
    const found = (pattern.test(inSubject) ? weight : 0) + (pattern.test(inBody) ? weight : 0);
    if (found === 0) continue;
    scores.set(topic, (scores.get(topic) ?? 0) + found);
    if (term !== undefined) terms.push({ term, weight: found });
  }
  const ranking = [...scores]
    .map(([topic, score]) => ({ topic, score }))
    .toSorted((a, b) => b.score - a.score);
  const [best, second] = ranking;
  const known = best !== undefined && best.score >= least;
  return {
    topic: known ? best.topic : 'other',
    ranking,
    terms: terms
      .toSorted((a, b) => b.weight - a.weight)
      .slice(0, 8)
      .map(({ term }) => term),
    certainty: known ? certaintyOf(best.score, second?.score ?? 0) : 0.3,
  };
}

/** Much evidence, and a clear distance to the runner-up. */
function certaintyOf(best: number, second: number): number {
  const enough = Math.min(1, best / 6);
  const distance = (best - second) / best;
  return Math.round((0.35 + 0.3 * enough + 0.3 * distance) * 100) / 100;
}
