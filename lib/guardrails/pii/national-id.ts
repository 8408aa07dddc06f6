import { nationalIds } from './national-ids.js';
import { isPrecededBy, isReference } from './neighbours.js';
import { digitsOf, type Search, searchFor } from './span.js';

/** Personal numbers of states, as far as they have check digits (the American one has none and needs its name before it). */
export const nationalIdSearches: readonly Search[] = nationalIds.map(({ pattern, check, named }) =>
  searchFor(pattern, (match, start, text) => {
    if (named ? !isPrecededBy(text, start, named) : isReference(text, start)) return false;
    return check(match.toUpperCase().replace(/[ .-]/g, ''), digitsOf(match));
  }),
);
