import { digitsOf, isPrecededBy, isReference, type Span, spansOf } from './span.js';

const before = String.raw`(?<![\p{L}\p{N}_+.,:/-]|\d )`;
const after = String.raw`(?![\p{L}\p{N}_+]|[-.,:/]\d| \d)`;

/** With a country code: `+49 30 1234567`, `+1 (212) 555-0123`, `0044 20 7946 0958`. */
const international = new RegExp(
  String.raw`(?:(?<![\p{L}\p{N}_+.-])\+[1-9]|(?<![\p{L}\p{N}_+.,:/-]|\d )00[1-9](?=\d{0,2}[ /-]))\d{0,14}(?:[ ./-]{1,2}\d{1,14}| ?\(\d{1,5}\) ?\d{1,14}){0,6}(?![\p{L}\p{N}_])`,
  'gu',
);
/** The North American Numbering Plan: neither area nor exchange begins with 0 or 1. */
const northAmerican = new RegExp(
  String.raw`${before}(?:1[ .-])?(?:\([2-9]\d{2}\) ?[2-9]\d{2}-|[2-9]\d{2}([-. ])[2-9]\d{2}\1)\d{4}${after}`,
  'gu',
);
/** With a trunk zero, as people write at home: `030 1234567`, `0171/1234567`, `01 42 68 53 00`. */
const national = new RegExp(String.raw`${before}\(?0\d{1,5}\)?(?:[ /-]{1,3}\d{2,8}){0,5}${after}`, 'gu');

/** Such numbers look like many others: a word has to say what they are. */
const telephone =
  /(?:phone|\btel\b|telef|téléph|mobil|\bcell|\bcall|\bfax|whatsapp|\bring\b|\bdial|reach|handy|anruf|ruf(?:en|nummer)|appel|llam|contact)/iu;

export function findPhones(text: string): Span[] {
  return [
    ...spansOf(text, international, (match) => hasDigits(match, 8, 15)),
    ...spansOf(text, northAmerican, (_, start) => !isReference(text, start) || isPhone(text, start)),
    ...spansOf(text, national, (match, start) => hasDigits(match, 8, 12) && isPhone(text, start)),
  ];
}

/** ITU-T E.164 allows 15 digits with the country code. */
function hasDigits(match: string, least: number, most: number): boolean {
  const { length } = digitsOf(match).replace(/^00/, '');
  return length >= least && length <= most;
}

function isPhone(text: string, start: number): boolean {
  return isPrecededBy(text, start, telephone);
}
