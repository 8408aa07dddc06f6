import { closest } from 'fastest-levenshtein';

/** Nobody misspells a longer name, and comparing takes time. */
const longestName = 200;

/** ` Did you mean 'search'?`, or nothing where there is no name to choose from. */
export function suggestion(name: string, candidates: readonly string[]): string {
  return candidates.length === 0 || name.length > longestName
    ? ''
    : ` Did you mean '${closest(name, candidates)}'?`;
}
