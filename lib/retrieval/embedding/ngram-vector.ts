/** Lengths of the pieces of words that are counted. */
const [shortest, longest] = [3, 5];

/**
 * A vector of a text by the pieces of its words (feature hashing: Weinberger et al., ICML 2009; pieces of words as in fastText:
 * Bojanowski et al., TACL 2017); all zeros for a text without words. It knows how words are written, and nothing of
 * what they mean: it finds misspelt and compound words, and no synonyms.
 */
export function ngramVector(text: string, dimensions: number): number[] {
  const counts = new Map<string, number>();
  for (const word of text
    .normalize('NFKC')
    .toLowerCase()
    .match(/[\p{L}\p{N}]+/gu) ?? [])
    for (const piece of piecesOf(word)) counts.set(piece, (counts.get(piece) ?? 0) + 1);
  const vector = Array.from({ length: dimensions }, () => 0);
  for (const [piece, count] of counts) {
    const hash = fnv1a(piece);
    const index = (hash >>> 1) % dimensions;
    vector[index] = (vector[index] ?? 0) + (hash & 1 ? 1 : -1) * (1 + Math.log(count));
  }
  return vector;
}

/** `<dog>`, `<do`, `dog`, … */
function piecesOf(word: string): string[] {
  const characters = [...`<${word}>`];
  const pieces = [characters.join('')];
  for (let size = shortest; size <= longest; size++)
    for (let start = 0; start + size <= characters.length; start++) {
      const piece = characters.slice(start, start + size).join('');
      if (size < characters.length) pieces.push(piece);
    }
  return pieces;
}

/** FNV-1a of 32 bits over UTF-16 code units (Fowler, Noll, Vo). */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    hash ^= text.charCodeAt(index);
    hash = Math.imul(hash, 0x01000193);
  }
  return hash >>> 0;
}
