import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { relevance } from './relevance.js';

describe('relevance', () => {
  it('is from 0 to 1, the same both ways, and 1 of a text to itself', () => {
    const text = fc.string({ unit: 'binary', maxLength: 100 });
    fc.assert(
      fc.property(text, text, (a, b) => {
        const score = relevance(a, b);
        expect(score).toBeGreaterThanOrEqual(0);
        expect(score).toBeLessThanOrEqual(1 + 1e-9);
        expect(relevance(b, a)).toBeCloseTo(score);
        if (/[\p{L}\p{N}]/u.test(a.normalize('NFKC').toLowerCase())) expect(relevance(a, a)).toBeCloseTo(1);
      }),
    );
  });

  it.each([
    ['deliveries', 'Wants deliveries in the morning.', 'Pays by invoice.'],
    ['delivery time', 'Wants deliveries in the morning.', 'Pays by invoice.'],
    ['delivreies', 'Wants deliveries in the morning.', 'Pays by invoice.'],
    ['Lieferung', 'Wünscht Lieferungen am Vormittag.', 'Zahlt auf Rechnung.'],
    ['CAFÉ', 'Drinks in the café.', 'Works at home.'],
  ])('of %j is higher for %j than for %j', (query, near, far) => {
    expect(relevance(query, near)).toBeGreaterThan(relevance(query, far));
  });
});
