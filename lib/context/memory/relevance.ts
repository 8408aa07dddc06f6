/** How many letters are compared as one: words keep most of their groups of three when they are inflected, or misspelt. */
const size = 3;

/**
 * How much of what is asked is in a text, from 0 to 1: the share of groups of three letters that both have, by the cosine of the two
 * sets. It knows no language and no meanings, and always gives the same.
 */
export function relevance(query: string, text: string): number {
  const asked = groupsOf(query);
  const given = groupsOf(text);
  if (asked.size === 0 || given.size === 0) return 0;
  let shared = 0;
  for (const group of asked) if (given.has(group)) shared += 1;
  return shared / Math.sqrt(asked.size * given.size);
}

function groupsOf(text: string): ReadonlySet<string> {
  const groups = new Set<string>();
  for (const [word] of text
    .normalize('NFKC')
    .toLowerCase()
    .matchAll(/[\p{L}\p{N}]+/gu)) {
    const padded = ` ${word} `;
    for (let at = 0; at + size <= padded.length; at += 1) groups.add(padded.slice(at, at + size));
  }
  return groups;
}
