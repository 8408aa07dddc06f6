/** A `bigint` column that holds whole numbers up to 2^53: drivers give them as text. */
export const wholeNumber = {
  to: (value: number | null | undefined) => value,
  from: (value: string | number | null) => (value === null ? null : Number(value)),
};
