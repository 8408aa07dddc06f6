import { describe, expect, it } from '@jest/globals';
import { ngramVector } from './ngram-vector.js';

function cosine(one: string, other: string): number {
  const [a, b] = [ngramVector(one, 512), ngramVector(other, 512)];
  const product = a.reduce((sum, value, index) => sum + value * (b[index] ?? 0), 0);
  return product / (Math.hypot(...a) * Math.hypot(...b));
}

describe('vectors by pieces of words', () => {
  it('are the same for the same text, whatever its capitals and its Unicode form', () => {
    expect(ngramVector('Überweisung', 64)).toEqual(ngramVector('u\u0308berweisung', 64));
    expect(ngramVector('', 64)).toEqual(Array.from({ length: 64 }, () => 0));
    expect(ngramVector('a', 64)).toHaveLength(64);
  });

  it('are near where words are written alike: misspelt, in another form, in a compound', () => {
    expect(cosine('battery', 'batery')).toBeGreaterThan(cosine('battery', 'refund') + 0.3);
    expect(cosine('refund', 'refunds')).toBeGreaterThan(0.6);
    expect(cosine('Rechnung', 'Rechnungsadresse')).toBeGreaterThan(cosine('Rechnung', 'Versand') + 0.3);
  });

  it('do not depend on the order of words', () => {
    expect(cosine('the sensor is offline', 'offline is the sensor')).toBeCloseTo(1);
  });
});
