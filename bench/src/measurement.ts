/** One figure: a line of `results.jsonl`. */
export interface Measurement {
  readonly workload: string;
  readonly engine: string;
  readonly metric: string;
  readonly value: number;
  readonly unit: string;
}

/** What a workload has measured; which engine it was is known outside. */
export type Finding = Omit<Measurement, 'engine'>;

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/** Items by key, in the order in which the keys first came. (`Map.groupBy` is missing in Node 20.) */
export function groupBy<Item>(items: readonly Item[], keyOf: (item: Item) => string): Map<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    groups.set(key, [...(groups.get(key) ?? []), item]);
  }
  return groups;
}

/** The median of each figure over all rounds. */
export function medians(rounds: readonly Measurement[]): Measurement[] {
  const groups = groupBy(rounds, ({ workload, engine, metric }) => `${workload}\n${engine}\n${metric}`);
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    return first ? [{ ...first, value: median(group.map(({ value }) => value)) }] : [];
  });
}
