import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { addDollars, dollarsInWords, inDollars, nanoDollars, roundedUp, subtractDollars } from './money.js';
import { addUsage, noUsage } from './usage.js';

/** Amounts that are kept exactly: up to 2^51 nano-dollars. */
const nanos = fc.integer({ min: 0, max: 2 ** 51 - 1 });

describe('money', () => {
  it('is written in dollars, and read again to the nano-dollar, also through JSON', () => {
    fc.assert(
      fc.property(nanos, (amount) => {
        expect(nanoDollars(inDollars(amount))).toBe(amount);
        expect(nanoDollars(JSON.parse(JSON.stringify(inDollars(amount))) as number)).toBe(amount);
        expect(JSON.stringify(inDollars(amount)).split(/[.e]/)[1]?.length ?? 0).toBeLessThanOrEqual(9);
      }),
      { numRuns: 2000 },
    );
  });

  it('of thousands of calls adds up exactly, in whatever order', () => {
    const amounts = fc.array(fc.integer({ min: 0, max: 2 ** 40 }), { maxLength: 2000 });
    fc.assert(
      fc.property(amounts, (each) => {
        const total = each.reduce((sum, one) => sum + BigInt(one), 0n);
        const usages = each.map((one) => ({ ...noUsage, calls: 1, usd: inDollars(one) }));
        const forward = usages.reduce(addUsage, noUsage);
        expect(BigInt(nanoDollars(forward.usd))).toBe(total);
        expect(usages.toReversed().reduce(addUsage, noUsage)).toEqual(forward);
      }),
    );
    expect([0.1, 0.2, 0.3].reduce(addDollars, 0)).toBe(0.6);
    expect(subtractDollars(0.3, 0.1)).toBe(0.2);
  });

  it('is rounded up to whole nano-dollars, and noise in the last bits of a price is none', () => {
    expect(roundedUp(0)).toBe(0);
    expect(roundedUp(1e-15)).toBe(1e-9);
    expect(roundedUp(0.1 + 0.2)).toBe(0.3);
    expect(roundedUp(0.0000000011)).toBe(0.000000002);
    fc.assert(
      fc.property(fc.double({ min: 0, max: 2e6, noNaN: true }), (usd) => {
        const rounded = roundedUp(usd);
        expect(rounded).toBeGreaterThanOrEqual(usd * (1 - 2e-12));
        expect(rounded).toBeLessThanOrEqual(usd + 1.001e-9);
        expect(inDollars(nanoDollars(rounded))).toBe(rounded);
      }),
      { numRuns: 2000 },
    );
  });

  it('of one call is finite, whatever the price list says', () => {
    expect(Number.isFinite(roundedUp(Number.MAX_VALUE))).toBe(true);
    expect(Number.isFinite(roundedUp(Infinity))).toBe(true);
  });

  it.each([
    [0, '$0.00'],
    [0.0123, '$0.0123'],
    [0.5, '$0.50'],
    [1200, '$1,200.00'],
    [0.000000001, '$0.000000001'],
  ])('reads well: %p', (usd, text) => {
    expect(dollarsInWords(usd)).toBe(text);
  });
});
