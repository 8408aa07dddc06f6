import { nationalIds } from './national-ids.js';
import { isPrecededBy, isReference } from './neighbours.js';
import { digitsOf, type Span, spansOf } from './span.js';

/** Personal numbers of states, as far as they have check digits (the American one has none and needs its name before it). */
export function findNationalIds(text: string, from: number): Span[] {
  return nationalIds.flatMap(({ pattern, check, named }) =>
    spansOf(text, from, pattern, (match, start) => {
      if (named ? !isPrecededBy(text, start, named) : isReference(text, start)) return false;
      return check(match.toUpperCase().replace(/[ .-]/g, ''), digitsOf(match));
    }),
  );
}
