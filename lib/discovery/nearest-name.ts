import { closest } from 'fastest-levenshtein';

/** ` Did you mean 'search'?`, or nothing where there is no name to choose from. */
export function suggestion(name: string, candidates: readonly string[]): string {
  return candidates.length === 0 ? '' : ` Did you mean '${closest(name, candidates)}'?`;
}
