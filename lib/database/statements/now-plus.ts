/** Now, as every statement takes it: the database's time and what tests have moved it by. */
export function nowPlus(offset: string): string {
  return `(clock_timestamp() + ${offset} * interval '1 millisecond')`;
}
