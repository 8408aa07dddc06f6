import { type CountryCode, parsePhoneNumberFromString, type PhoneNumber } from 'libphonenumber-js/max';
import { isFollowedBy, isPrecededBy, isReference } from './neighbours.js';
import { nationalForms } from './phone-forms.js';
import { digitsOf, type Search, searchFor, word } from './span.js';

const gap = String.raw`[ ./()-]{1,3}`;
/** An extension may follow at once: `+1 212 555 0123x456`. */
const ahead = String.raw`(?!(?!x\d)[${word}])`;

/** `+49 30 1234567`, `+1 (212) 555-0123`, `(+44) 20 7946 0958`: ITU-T E.164 allows 15 digits, a trunk zero may be among them. */
const international = new RegExp(
  String.raw`(?<![${word}+])(?:\((?=\+ ?\d{1,4}\)))?\+ ?\(?\d(?:(?:${gap})?\d){6,15}${ahead}`,
  'gu',
);
/** With the prefix that is dialled: `0044 20 7946 0958`, `011 44 20 7946 0958`. */
const dialled = new RegExp(
  String.raw`(?<![${word}+.,:/-]|\d )(?:00|011[ -]) ?[1-9](?:(?:${gap})?\d){6,15}${ahead}`,
  'gu',
);
/** Without a country code. */
const national = new RegExp(
  String.raw`(?<![${word}+]|\d[ .,:/-]|[${word}]-)(?:\((?=\d{2,6}\)))?\d(?:(?:${gap})?\d){5,12}${ahead}(?![.,:/]\d)`,
  'gu',
);
const extension =
  /^,? ?(?:x|ext\.?|extension|durchwahl|dw\.?|poste|int\.?|доб\.?|#) ?:? ?\d{1,6}(?![ .-]?\d)/iu;

/** Also the first of two coordinates: `+51.5073509 -0.1277583`. */
const decimal = /^\+?\d{1,3}\.(?:\d+$|\d{4,}\D)/;
/** More groups than anybody makes of a number. */
const mostGroups = 7;
const thousands = /^\+?\d{1,3}(?:([ .])\d{3})(?:\1\d{3})+$/;
const dateOrAddress =
  /^(?:\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{4}[./-]\d{1,2}[./-]\d{1,2}(?:[ -]\d{1,2})*|\d{1,3}(?:\.\d{1,3}){3}|\d{8}-\d{4,6}|\d+\.\d+)$/;
/** What follows an amount. */
const unit =
  /^ ?(?:%|°|€|\$|£|¥|eur\b|usd\b|gbp\b|chf\b|users?\b|people\b|views?\b|items?\b|rows?\b|bytes?\b|[km]b\b|km\b|kg\b|ms\b|years?\b|million|billion|euros?\b|dollars?\b|pounds?\b|points?\b|times\b)/iu;

/** The rest of a UUID whose beginning has no letters: `00386808-1556-4573-87be-…`. */
const restOfUuid = /^-[\da-f]{4}-[\da-f]{4}(?:-|$)/i;

/** Telephone numbers: what libphonenumber knows to be one, or what is written like one where a word says so. */
export const phones: readonly Search[] = [
  searchFor(international, (match, start, text) => end(text, match, start, isInternational)),
  searchFor(dialled, (match, start, text) => end(text, match, start, isDialled)),
  searchFor(national, (match, start, text) => end(text, match, start, isNational)),
];

/** `isWhole`: no group of the row was left out. */
type Check = (candidate: string, text: string, start: number, isWhole: boolean) => boolean;

/** The longest row of whole groups that is a number, and its extension. */
function end(text: string, match: string, start: number, check: Check): number | false {
  for (let length = match.length; length > 6; length = groupBefore(match, length)) {
    const stop = start + length;
    if ((match.slice(0, length).match(/\d+/g)?.length ?? 0) > mostGroups) continue;
    if (
      isFollowedBy(text, stop, unit) ||
      isFollowedBy(text, stop, restOfUuid) ||
      !check(match.slice(0, length), text, start, length === match.length)
    )
      continue;
    return stop + (extension.exec(text.slice(stop, stop + 24))?.[0].length ?? 0);
  }
  return false;
}

/** Where the group of digits before the last one of so many characters ends. */
function groupBefore(match: string, length: number): number {
  const shorter = match.slice(0, length).replace(/\D+\d+$/, '').length;
  return shorter < length ? shorter : 0;
}

function isInternational(candidate: string, text: string, start: number): boolean {
  const written = candidate.replace(/^\(?\+ ?\(?/, '+');
  const isNamed = () => isPrecededBy(text, start, phoneBefore);
  if (decimal.test(written) && !isNamed()) return false;
  const number = parse(written);
  if (!number) return false;
  if (thousands.test(written) && !isNamed()) {
    const first = written.slice(0, written.search(/[ .]/));
    return number.isValid() && first === `+${number.countryCallingCode}`;
  }
  if (number.isValid()) return true;
  if (!number.isPossible()) return false;
  // numbers that nobody has, as in examples, are written like others
  const isWrittenSo = /[ ()/-]|\..*\./.test(written.slice(1)) || number.countryCallingCode === '1';
  return isWrittenSo || isNamed();
}

function isDialled(candidate: string, text: string, start: number): boolean {
  const written = `+${candidate.replace(/^(?:00|011)[ -]?/, '')}`;
  const number = parse(written);
  if (!number || isReference(text, start)) return false;
  if (isPrecededBy(text, start, phoneNear)) return number.isPossible();
  return number.isValid() && /[ ()/-]/.test(written);
}

function isNational(candidate: string, text: string, start: number, isWhole: boolean): boolean {
  const { length } = digitsOf(candidate);
  if (length < 7 || length > 12 || dateOrAddress.test(candidate)) return false;
  const isNamed =
    isPrecededBy(text, start, phoneBefore) || isFollowedBy(text, start + candidate.length, phoneAfter);
  if (isNamed) return true;
  if (isReference(text, start)) return false;
  if (/^\(?0/.test(candidate) && length >= 8 && isPrecededBy(text, start, phoneNear)) return true;
  if (!isWhole) return false;
  return nationalForms.some(
    ({ form, countries, isCertain }) =>
      form.test(candidate) &&
      (isCertain || countries.some((country) => parse(candidate, country)?.isValid())) &&
      !isSequence(candidate),
  );
}

function parse(candidate: string, defaultCountry?: CountryCode): PhoneNumber | undefined {
  return parsePhoneNumberFromString(candidate, { extract: false, ...(defaultCountry && { defaultCountry }) });
}

/** `01 02 03 04 05` counts. */
function isSequence(candidate: string): boolean {
  const groups = candidate.match(/\d+/g)?.map(Number) ?? [];
  return (
    groups.length > 2 && groups.every((group, index) => index === 0 || group - (groups[index - 1] ?? 0) === 1)
  );
}

const nouns = String.raw`(?:tele)?phone|telephon\p{L}*|telefon\p{L}*|teléfono|telèfon|téléphone|telemóvel|\btel\b|\btél\b|\btfno?\b|\btlf\b|\btlfn?\b|mobile?|móvil|mobiel|mobilny|mobiltelefon|mobilnummer|matkapuhelin|puhelin|\bcell|cellulare|celular|\bfax|telefax|whatsapp|signal number|\bsms\b|handy\p{L}*|rufnummer|durchwahl|festnetz|gsm|komórk\p{L}*|fono|numéro de portable|portable|τηλ|тел(?:ефон)?|моб|電話|电话|携帯|手机|전화|휴대폰|\bph\b|\bmob\b|hotline|landline|voicemail|\bcel\b|打|gọi|ll[aá]ma(?:me|nos)|chiamami|appelez(?:-(?:moi|nous))?|\b(?:call|ring|text|reach) (?:me|us|him|her|them)\b`;

/** Whether such a word stands just before, with nothing but what leads to the number: `Tel. (private): `, `my phone number is `. */
const phoneBefore = new RegExp(
  String.raw`(?:${nouns})\p{L}{0,6}[\s.:=#"'([-]*(?:(?:number|no|nr|n[°º]|num|numéro|nummer|número|numero|numer|value|is|est|ist|es|at|on|me|us|it|under|unter|au|al|er|är|jest|home|office|work|private|privat|priv|direct|line|or|oder|ou|and|und|et|international|intl|main)\b[\s.:=#"')(\]-]*){0,4}[\s.:=#"')(\],+/-]*$`,
  'iu',
);

/** Words for calling and being called, anywhere shortly before. */
const phoneNear = new RegExp(
  String.raw`(?:${nouns}|\bcall|\bring\b|\bdial|\breach|\btext (?:me|us|him|her|them)|contact|anruf|ruf|erreich|appel|joindre|joignable|llam|contact|marque|ligue|chiam|bel(?:len)?\b|ring(?:a|en)?\b|zadzwo|dzwon|звон|soita)`,
  'iu',
);

/** `030 1234567 (mobile)`, `… Tel.` */
const phoneAfter =
  /^\s?(?:t[ée]l\b|phone\b|mobile\b|telefon|[([]\s?(?:tel|phone|mobile?|cell|home|office|work|direct|fax|handy|whatsapp|voice|m|h|w|c|o|p)\b)/iu;
