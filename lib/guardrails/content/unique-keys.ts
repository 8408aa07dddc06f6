/** Keys of one object of which several may be replaced by the same text: `[EMAIL]`, `[EMAIL] (2)`. */
export class UniqueKeys {
  private readonly taken: Set<string>;
  private readonly counts = new Map<string, number>();

  constructor(keys: Iterable<string>) {
    this.taken = new Set(keys);
  }

  /** A key that the object does not have yet. */
  replace(key: string): string {
    let count = this.counts.get(key) ?? 1;
    let name = count === 1 ? key : `${key} (${count})`;
    while (this.taken.has(name)) {
      count += 1;
      name = `${key} (${count})`;
    }
    this.counts.set(key, count);
    this.taken.add(name);
    return name;
  }
}
