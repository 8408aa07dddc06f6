import { ibanFormats } from './iban-formats.js';
import { type Search, searchFor, word } from './span.js';

/** Country and check digits; the country tells how much has to follow. */
const beginning = new RegExp(
  String.raw`(?<![${word}]|[${word}][-.])(?:IBAN)?[A-Z]{2} ?\d{2}(?=[ .\n-]{0,2}[A-Z0-9])`,
  'giu',
);
const prefix = /^IBAN/i;
const goesOn = new RegExp(`^[${word}]`, 'u');
const longestGap = 2;

/** International bank account numbers: length and form of the country, and the check digits. In any case and grouping. */
export const ibans: readonly Search[] = [
  searchFor(beginning, (match, at, text) => {
    const start = at + (prefix.test(match) ? 4 : 0);
    const end = ibanEnd(text, start);
    return end !== undefined && { start, end };
  }),
];

/** Behind the IBAN that begins there, if one does. */
function ibanEnd(text: string, start: number): number | undefined {
  const length = ibanFormats.get(text.slice(start, start + 2).toUpperCase())?.length ?? 0;
  let iban = '';
  let gap = 0;
  for (let at = start; at < text.length && iban.length < length; at += 1) {
    const character = text[at] ?? '';
    if (/[A-Z0-9]/i.test(character)) {
      iban += character.toUpperCase();
      gap = 0;
    } else if (!/[ .\n-]/.test(character) || ++gap > longestGap) return undefined;
    if (iban.length < length) continue;
    return isIban(iban) && !goesOn.test(text.slice(at + 1, at + 3)) ? at + 1 : undefined;
  }
  return undefined;
}

/** ISO 13616: the form by country; ISO 7064 MOD 97-10 over the whole. */
export function isIban(iban: string): boolean {
  if (ibanFormats.get(iban.slice(0, 2))?.pattern.test(iban.slice(4)) !== true) return false;
  let remainder = 0;
  for (const character of iban.slice(4) + iban.slice(0, 4)) {
    const value = Number.parseInt(character, 36);
    remainder = (remainder * (value > 9 ? 100 : 10) + value) % 97;
  }
  return remainder === 1;
}
