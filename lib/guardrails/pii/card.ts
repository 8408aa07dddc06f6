import { digitsOf, isReference, type Span, spansOf } from './span.js';

/** In one piece: 14 to 19 digits that are no part of a longer number. */
const plain = /(?<![\p{L}\p{N}_+-]|\d\.)\d{14,19}(?![\p{L}\p{N}_-]|\.\d)/gu;
/** Grouped as on cards: 4-4-4-4 (and up to 3 more), 4-6-5, 4-6-4, and no part of a longer row of groups. */
const grouped =
  /(?<![\p{L}\p{N}_+-]|\d{4} )(?:\d{4}([ -])\d{4}\1\d{4}\1\d{4}(?:\1\d{1,3})?|\d{4}([ -])\d{6}\2\d{4,5})(?![\p{L}\p{N}_-]| \d{4})/gu;

/** First digits and lengths by the issuers (ISO/IEC 7812 ranges): Visa, Mastercard, American Express, Discover, JCB, Diners, UnionPay. */
const issuers: readonly RegExp[] = [
  /^4(?:\d{15}|\d{18})$/,
  /^(?:5[1-5]\d{2}|222[1-9]|22[3-9]\d|2[3-6]\d{2}|27[01]\d|2720)\d{12}$/,
  /^3[47]\d{13}$/,
  /^(?:6011|65\d{2}|64[4-9]\d)\d{12,15}$/,
  /^35(?:2[89]|[3-8]\d)\d{12,15}$/,
  /^3(?:0[0-5]|[689]\d)\d{11}$/,
  /^62\d{14,17}$/,
];

/** Payment cards: issuer, length and Luhn digit fit, and no word before it says that it is something else. */
export function findCards(text: string): Span[] {
  const accepts = (match: string, start: number) => {
    const digits = digitsOf(match);
    return issuers.some((issuer) => issuer.test(digits)) && passesLuhn(digits) && !isReference(text, start);
  };
  return [...spansOf(text, plain, accepts), ...spansOf(text, grouped, accepts)];
}

/** ISO/IEC 7812-1, annex B: every second digit from the right doubled, the sum of digits is a multiple of ten. */
export function passesLuhn(digits: string): boolean {
  let sum = 0;
  for (let index = 0; index < digits.length; index++) {
    const digit = Number(digits[digits.length - 1 - index]);
    sum += index % 2 === 0 ? digit : digit < 5 ? digit * 2 : digit * 2 - 9;
  }
  return sum % 10 === 0;
}
