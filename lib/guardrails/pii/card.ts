import { isPrecededBy, isReference } from './neighbours.js';
import { digitsOf, type Search, searchFor, word } from './span.js';

const before = String.raw`(?<![${word}+]|\d\.|[${word}]-)`;
const after = String.raw`(?![${word}]|-[${word}]|\.\d|,\d\d(?![\d/]))`;
const gap = String.raw`(?: {1,2}| ?[-./] ?|_)`;

/** In one piece: 14 to 19 digits that are not part of a longer number. */
const plain = new RegExp(String.raw`${before}\d{14,19}${after}`, 'gu');
/** Grouped as on cards, with one sort of gap: 4-4-4-4 (and up to 3 more, or shorter at the end), 4-6-5, 4-6-4. What follows does not matter. */
const grouped = new RegExp(
  String.raw`${before}(?:\d{4}(${gap})\d{4}\1\d{4}\1(?:\d{4}\1\d{1,3}|\d{2,4})|\d{4}(${gap})\d{6}\2\d{4,5})(?![${word}])`,
  'gu',
);
/** In any other groups, where a word says that it is a card. */
const loose = new RegExp(String.raw`(?<![${word}+])\d{1,8}(?:${gap}\d{1,8}){1,9}(?![${word}])`, 'gu');

const cardWord =
  /(?:card|karte|carte|tarjeta|carta|cartão|cartao|kaart|kort|karta|kart[ıi]\b|kortti|visa|master|amex|american express|discover|diners|\bjcb\b|maestro|\bcc\b|\bpan\b|credit|kredit|debit|crédito|карт|カード|卡|카드)/iu;
/** Part of a longer row of groups, of a parcel's number for example. A year or an expiry belongs to the card before. */
const rowBefore = /(?!20\d\d|0[1-9]\d\d|1[0-2]\d\d)\d{4}[ -]$/;

/** First digits and lengths by the issuers (ISO/IEC 7812 ranges): Visa, Mastercard, American Express, Discover, JCB, Diners, UnionPay, Maestro, Mir. */
const issuers: readonly RegExp[] = [
  /^4(?:\d{15}|\d{18})$/,
  /^(?:5[1-5]\d{2}|222[1-9]|22[3-9]\d|2[3-6]\d{2}|27[01]\d|2720)\d{12}$/,
  /^3[47]\d{13}$/,
  /^(?:6011|65\d{2}|64[4-9]\d)\d{12,15}$/,
  /^35(?:2[89]|[3-8]\d)\d{12,15}$/,
  /^3(?:0[0-5]|[689]\d)\d{11}$/,
  /^62\d{14,17}$/,
  /^(?:501[89]|5020|5038|5893|6304|6759|676[1-3])\d{12,15}$/,
  /^220[0-4]\d{12,15}$/,
];

/** Payment cards: issuer, length and Luhn digit fit, and no word before it says that it is something else. */
export const cards: readonly Search[] = [
  searchFor(plain, isAccepted),
  searchFor(grouped, (match, start, text) => {
    if (isPrecededBy(text, start, rowBefore) && !isNamed(text, start)) return false;
    // the last group may be a security code: `4111 1111 1111 1111 123`
    const without = match.replace(/\D+\d{1,3}$/, '');
    const card = [match, without].find((each) => isAccepted(each, start, text));
    return card !== undefined && start + card.length;
  }),
  searchFor(loose, (match, start, text) => isNamed(text, start) && cardEnd(match, start)),
];

function isAccepted(match: string, start: number, text: string): boolean {
  return isCard(digitsOf(match)) && (!isReference(text, start) || isNamed(text, start));
}

function isNamed(text: string, start: number): boolean {
  return isPrecededBy(text, start, cardWord);
}

/** As many of the groups as make a card. */
function cardEnd(match: string, start: number): number | false {
  const groups = [...match.matchAll(/\d+/g)];
  for (const { 0: group, index } of groups.toReversed()) {
    const end = index + group.length;
    if (isCard(digitsOf(match.slice(0, end)))) return start + end;
  }
  return false;
}

function isCard(digits: string): boolean {
  return issuers.some((issuer) => issuer.test(digits)) && passesLuhn(digits);
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
