/** Collects the values of a statement while its text is put together. */
export class Parameters {
  readonly values: unknown[] = [];

  /** The placeholder for a value, with its type. */
  add(value: unknown, type: string): string {
    this.values.push(value);
    return `$${this.values.length}::${type}`;
  }

  /** `unnest` of one array a column: many rows in a few parameters. */
  unnest<Item>(items: readonly Item[], columns: readonly Column<Item>[]): string {
    const arrays = columns.map(([, type, read]) => this.add(items.map(read), `${type}[]`));
    return `unnest(${arrays.join(', ')})`;
  }
}

/** Name, SQL type, and where the value comes from. */
export type Column<Item> = readonly [name: string, type: string, read: (item: Item) => unknown];

/** The names of columns, for lists in statements. */
export function names(columns: readonly Column<never>[], prefix = ''): string {
  return columns.map(([name]) => `${prefix}"${name}"`).join(', ');
}
