import { createHash } from 'node:crypto';

/** Bytes of an identifier: PostgreSQL cuts what is longer, and two statements would have one name. Source: NAMEDATALEN of PostgreSQL. */
const longest = 63;

/** The name of a prepared statement whose text depends on these words: short enough, and another one for other words. */
export function statementName(...words: readonly string[]): string {
  const name = words.join('_');
  if (name.length <= longest) return name;
  const rest = createHash('sha256').update(name).digest('hex').slice(0, 16);
  return `${name.slice(0, longest - rest.length - 1)}_${rest}`;
}
