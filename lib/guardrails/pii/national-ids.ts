import { isPrecededBy, isReference } from './neighbours.js';
import {
  isCodiceFiscale,
  isCpf,
  isDni,
  isEan13,
  isElevenTest,
  isMod11And10,
  isPesel,
} from './check-digits.js';
import { word, digitsOf, type Search, searchFor } from './span.js';

export interface NationalId {
  readonly country: string;
  readonly pattern: RegExp;
  /** `plain`: in capitals, without spaces, dots and dashes. */
  readonly check: (plain: string, digits: string) => boolean;
  /** Words of which one has to be before it, where the form alone says too little. */
  readonly named?: RegExp;
}

const bounded = (pattern: string) =>
  new RegExp(String.raw`(?<![${word}.+-]|\d )${pattern}(?![${word}-]|[.:,]\d| \d)`, 'giu');
/** Also as a part of a name in code: `customer_ssn`. */
const namedBy = (words: string) => new RegExp(String.raw`(?<!\p{L})(?:${words})`, 'iu');

const nationalIds: readonly NationalId[] = [
  {
    country: 'FR', // numéro d'inscription au répertoire: sex, year, month, department; key modulo 97
    pattern: bounded(String.raw`[12] ?\d\d ?(?:0[1-9]|1[0-2]) ?(?:\d\d|2[AB]) ?\d{3} ?\d{3} ?\d\d`),
    check: (plain) => {
      // Corsica: 2A counts as 19, 2B as 18
      const number = plain.replace('2A', '19').replace('2B', '18');
      return Number(number.slice(-2)) === 97 - (Number(number.slice(0, 13)) % 97);
    },
  },
  {
    country: 'IT',
    pattern: bounded(String.raw`[A-Z]{6}\d\d[ABCDEHLMPRST]\d\d[A-Z]\d{3}[A-Z]`),
    check: isCodiceFiscale,
  },
  {
    country: 'BR',
    pattern: bounded(String.raw`\d{3}\.\d{3}\.\d{3}-\d\d`),
    check: (_, digits) => isCpf(digits),
  },
  {
    country: 'BR',
    pattern: bounded(String.raw`\d{11}`),
    check: (_, digits) => isCpf(digits),
    named: namedBy('cpf'),
  },
  {
    country: 'CH',
    pattern: bounded(String.raw`756\d{10}`),
    check: (_, digits) => isEan13(digits),
    named: namedBy('ahv|avs'),
  },
  {
    country: 'CH', // AHV number: country code 756, EAN-13
    pattern: bounded(String.raw`756\.\d{4}\.\d{4}\.\d\d`),
    check: (_, digits) => isEan13(digits),
  },
  {
    country: 'BE', // register number: date, serial, 97 minus the remainder; from the year 2000 on with a 2 before it
    pattern: bounded(String.raw`\d\d\.\d\d\.\d\d-\d{3}\.\d\d`),
    check: (_, digits) => {
      const key = Number(digits.slice(9));
      return [digits.slice(0, 9), `2${digits.slice(0, 9)}`].some((base) => 97 - (Number(base) % 97) === key);
    },
  },
  {
    country: 'ES',
    pattern: bounded(String.raw`(?:\d{8}|[XYZ]-?\d{7})-?[A-HJ-NP-TV-Z]`),
    check: isDni,
    named: namedBy(String.raw`(?:dni|nie|nif|identidad)(?!\p{L})`),
  },
  {
    country: 'DE',
    pattern: bounded(String.raw`[1-9]\d(?: ?\d{3}){3}`),
    check: (_, digits) => isMod11And10(digits),
    named: namedBy(String.raw`steuer|tax.?id|id-?nr`),
  },
  {
    country: 'PL',
    pattern: bounded(String.raw`\d{11}`),
    check: (_, digits) => isPesel(digits),
    named: namedBy('pesel'),
  },
  {
    country: 'NL',
    pattern: bounded(String.raw`\d{9}`),
    check: (_, digits) => isElevenTest(digits),
    named: namedBy(String.raw`bsn(?!\p{L})|burgerservice|sofi`),
  },
  {
    country: 'US', // area, group and serial that are never given out; no check digit
    pattern: bounded(String.raw`(?!000|666|9)\d{3}([- ]?)(?!00)\d\d\1(?!0000)\d{4}`),
    check: () => true,
    named: namedBy(String.raw`ssn(?!\p{L})|social.?security|my social (?:is|number)`),
  },
];

/** Personal numbers of states, as far as they have check digits (the American one has none and needs its name before it). */
export const nationalIdSearches: readonly Search[] = nationalIds.map(({ pattern, check, named }) =>
  searchFor(pattern, (match, start, text) => {
    if (named ? !isPrecededBy(text, start, named) : isReference(text, start)) return false;
    return check(match.toUpperCase().replace(/[ .-]/g, ''), digitsOf(match));
  }),
);
