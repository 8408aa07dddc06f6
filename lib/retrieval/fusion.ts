/** Of reciprocal rank fusion (Cormack, Clarke, Büttcher, SIGIR 2009). */
const k = 60;

/** Something that was found. */
export interface Ranked {
  readonly id: string;
  readonly score: number;
}

/** What several lists have found, the best first: each thing counts by the places that it has in them. Of equal ones those of an earlier list come first. */
export function fused<T extends Ranked>(lists: readonly (readonly T[])[]): T[] {
  const scores = new Map<string, number>();
  const found = new Map<string, T>();
  for (const list of lists)
    for (const [index, one] of list.entries()) {
      scores.set(one.id, (scores.get(one.id) ?? 0) + 1 / (k + index + 1));
      if (!found.has(one.id)) found.set(one.id, one);
    }
  return [...found.values()]
    .map((one) => ({ ...one, score: scores.get(one.id) ?? 0 }))
    .toSorted((a, b) => b.score - a.score);
}
