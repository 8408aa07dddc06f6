import type { CountryCode } from 'libphonenumber-js/max';

/** A way of writing numbers at home that is telling enough without a word; libphonenumber says whether there can be such a number. */
export interface NationalForm {
  readonly form: RegExp;
  readonly countries: readonly CountryCode[];
  /** Nothing else is written so, whether the number exists or not: examples have numbers that nobody has. */
  readonly isCertain?: boolean;
}

export const nationalForms: readonly NationalForm[] = [
  // North American Numbering Plan: neither area nor exchange begins with 0 or 1
  { form: /^(?:1[ .-]?)?\([2-9]\d\d\)[ -]?[2-9]?\d{2,3}[ .-]\d{4}$/, countries: [], isCertain: true },
  { form: /^(?:1[ .-])?(?:[2-9]\d\d([-.])[2-9]\d\d\1\d{4}|[2-9]\d\d [2-9]\d\d-\d{4})$/, countries: ['US'] },
  { form: /^(?:1-)?(?:555|[2-9]\d\d)-555-\d{4}$|^555-\d{3}-\d{4}$/, countries: [], isCertain: true },
  // with a trunk zero
  { form: /^0[1-9]([ .-])\d\d(?:\1\d\d){3}$/, countries: ['FR'] },
  { form: /^07\d{3} (?:\d{6}|\d{3} ?\d{3})$/, countries: [], isCertain: true },
  {
    form: /^\(?02\d\)? \d{4} \d{4}$|^\(?0[18]\d{2}\)? \d{3} \d{4}$|^\(?01\d{3}\)? \d{6}$|^\(?01\d{3}\)? \d{3} \d{3}$/,
    countries: ['GB'],
  },
  {
    form: /^0[1-9]\d{1,4} ?\/ ?\d{3,8}(?:[ -]\d{1,4}){0,3}$|^\(0[1-9]\d{1,4}\) ?\d{3,8}(?:[ -]\d{1,4}){0,2}$/,
    countries: ['DE', 'AT'],
  },
  { form: /^01[5-7]\d{1,2}[ /-] ?\d{3,8}(?: \d{2,4}){0,2}$/, countries: ['DE'] },
  { form: /^06\d{2}[ /-] ?\d{3}(?: ?\d{2,4}){1,2}$/, countries: ['AT'] },
  { form: /^\(?0\d{2}\)?[ -]\d{3}[ -]\d{2}[ -]\d{2}$/, countries: ['CH', 'UA', 'BE', 'SE'] },
  { form: /^0\d{3} \d{2} \d{2} \d{2}$|^0\d[ /]\d{3} \d{2} \d{2}$/, countries: ['BE'] },
  { form: /^0 ?\(?5\d{2}\)? \d{3} \d{2} \d{2}$|^\(?0[2-4]\d{2}\)? \d{3} \d{2} \d{2}$/, countries: ['TR'] },
  { form: /^04\d{2} \d{3} \d{3}$|^\(0[2378]\) \d{4} \d{4}$/, countries: ['AU'] },
  { form: /^06[ -]\d{8}$|^06[ -]\d{2}(?: \d{2}){3}$|^0\d{1,3}-\d{6,8}$/, countries: ['NL', 'DE', 'SE'] },
  { form: /^0\d{1,3}-\d{2,3} \d{2,3} \d{2,3}$/, countries: ['SE'] },
  {
    form: /^0[5-9]0-\d{4}-\d{4}$|^0\d{1,3}-\d{2,4}-\d{4}$|^0\d{2}-\d{3}-\d{3,4}$/,
    countries: ['JP', 'KR', 'TH', 'TW', 'IL', 'MY'],
  },
  {
    form: /^0\d{2} \d{3} \d{4}$|^0\d{2}-\d{7}$|^0\d{2}-\d{3} \d{4}$/,
    countries: ['ZA', 'IE', 'FI', 'NZ', 'MY'],
  },
  {
    form: /^0\d{3}-\d{3}-\d{3,4}$|^08\d{2}-\d{4}-\d{3,4}$|^03\d{2}-\d{7}$|^09\d{2} \d{3} \d{4}$/,
    countries: ['TW', 'ID', 'PK', 'PH', 'NG', 'TH'],
  },
  { form: /^0\d{2,3}-\d{7,8}$/, countries: ['CN'] },
  { form: /^0[35789]\d{2} \d{3} \d{3}$/, countries: ['VN'] },
  { form: /^0(?:120|800)-\d{3}-\d{3}$/, countries: ['JP'] },
  { form: /^010-\d{4}-\d{4}$|^01\d-\d{3,4}-\d{4}$/, countries: ['KR'] },
  // without one
  {
    form: /^8[ -]?\(\d{3}\)[ -]?\d{3}-\d{2}-\d{2}$|^8[ -]\d{3}[ -]\d{3}-\d{2}-\d{2}$/,
    countries: ['RU', 'KZ'],
  },
  { form: /^\(\d{2}\) ?9?\d{4}-\d{4}$/, countries: ['BR'] },
  { form: /^1[3-9]\d([ -])\d{4}\1\d{4}$/, countries: ['CN'] },
];
