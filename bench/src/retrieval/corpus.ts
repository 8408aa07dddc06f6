/** A text of which the same number always makes the same. */
export interface Page {
  readonly uri: string;
  readonly text: string;
  /** One of twenty parts of the whole. */
  readonly part: number;
}

const words = 20_000;
const wordsOfPage = 60;

/** The same numbers for the same seed (mulberry32), from 0 to 1. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const syllables =
  'ba be bi bo da de di do fa fe ga ge ka ke la le li lo ma me mi mo na ne ra re sa se ta te va ve'.split(
    ' ',
  );

function wordOf(index: number): string {
  let word = '';
  for (let rest = index + syllables.length ** 2; rest > 0; rest = Math.floor(rest / syllables.length))
    word += syllables[rest % syllables.length];
  return word;
}

/** Words as in a language: few are in nearly every text, most in hardly any (Zipf). @param commonest rank of the first that may come */
function anyWord(next: () => number, commonest = 1): string {
  return wordOf(Math.min(words, Math.floor(commonest * (words / commonest) ** next())) - 1);
}

/** Pages of sixty words: one chunk each. */
export function* pages(count: number): Generator<Page> {
  for (let index = 0; index < count; index += 1) {
    const next = random(index + 1);
    const text = Array.from({ length: wordsOfPage }, () => anyWord(next)).join(' ');
    yield { uri: `page-${index}`, text: `${text}.`, part: index % 20 };
  }
}

/** Stop words of a language, for which full-text search does not look: nearly half of all words of a text. */
const stopWords = 100;

/** Questions of four words each, stop words left out. */
export function questions(count: number): string[] {
  return Array.from({ length: count }, (_, index) => {
    const next = random(1_000_000 + index);
    return Array.from({ length: 4 }, () => anyWord(next, stopWords + 1)).join(' ');
  });
}
