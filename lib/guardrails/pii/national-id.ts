import { nationalIds } from './national-ids.js';
import { digitsOf, isPrecededBy, isReference, type Span, spansOf } from './span.js';

/** Personal numbers of states, as far as they have check digits (the American one has none and needs its name before it). */
export function findNationalIds(text: string): Span[] {
  return nationalIds.flatMap(({ pattern, check, named }) =>
    spansOf(text, pattern, (match, start) => {
      if (named ? !isPrecededBy(text, start, named) : isReference(text, start)) return false;
      return check(match.replace(/[ .-]/g, ''), digitsOf(match));
    }),
  );
}
