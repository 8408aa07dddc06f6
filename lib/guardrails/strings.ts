/** Every string inside a JSON value, however deep; keys are not content. */
export function* stringsIn(value: unknown): Generator<string, void, undefined> {
  if (typeof value === 'string') yield value;
  else if (typeof value === 'object' && value !== null) {
    for (const inner of Object.values(value)) yield* stringsIn(inner);
  }
}

/** The value with each string changed, its structure as it was; the very same value if no string was changed. */
export function mapStrings(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    const list = value.map((inner) => mapStrings(inner, change));
    return list.every((inner, index) => inner === value[index]) ? value : list;
  }
  const before = Object.entries(value);
  const after = before.map(([key, inner]) => [key, mapStrings(inner, change)] as const);
  return after.every(([, inner], index) => inner === before[index]?.[1]) ? value : Object.fromEntries(after);
}
