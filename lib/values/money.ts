/**
 * Money is counted in whole nano-dollars (billionths of a US dollar). Records, rows and results write it in US dollars,
 * with at most nine decimals: a double tells all such amounts apart, and gives their number of nano-dollars back exactly,
 * up to 2^51 nano-dollars (2.25 million dollars). Sums and differences are made of the whole numbers, so that they are exact.
 */
const perDollar = 1_000_000_000;

/** The most that one request is booked at, in nano-dollars: about 9 million dollars. */
const mostOfOne = Number.MAX_SAFE_INTEGER;

/**
 * How far the last bits of a computed price may be off, relatively. Four operations on doubles stay below 2^-50; without
 * this slack, noise in the last bit would be rounded up to a whole nano-dollar.
 */
const slack = 1e-12;

/** @param usd US dollars */
export function nanoDollars(usd: number): number {
  return Math.round(usd * perDollar);
}

/** US dollars of so many nano-dollars. */
export function inDollars(nanos: number): number {
  return nanos / perDollar;
}

/** A computed price in US dollars, rounded up to whole nano-dollars: what a request costs is rounded once, here. */
export function roundedUp(usd: number): number {
  const nanos = usd * perDollar;
  return inDollars(Math.min(mostOfOne, Math.ceil(nanos * (1 - slack))));
}

/** The exact sum of two amounts of US dollars. */
export function addDollars(a: number, b: number): number {
  return inDollars(nanoDollars(a) + nanoDollars(b));
}

/** The exact difference of two amounts of US dollars. */
export function subtractDollars(a: number, b: number): number {
  return inDollars(nanoDollars(a) - nanoDollars(b));
}

const written = new Intl.NumberFormat('en-US', {
  style: 'currency',
  currency: 'USD',
  minimumFractionDigits: 2,
  maximumFractionDigits: 9,
});

/** US dollars as people read them: `$0.0123`, `$1,200.00`. */
export function dollarsInWords(usd: number): string {
  return written.format(usd);
}
