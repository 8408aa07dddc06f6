import { ibanFormats } from './iban-formats.js';
import { type Span, spansOf } from './span.js';

/** In one piece, or in groups of four. Upper case, as it is printed: lower case would be any hexadecimal id. */
const candidate =
  /(?<![\p{L}\p{N}_-])[A-Z]{2}\d{2}(?:[A-Z0-9]{11,30}|(?: [A-Z0-9]{4}){2,7}(?: [A-Z0-9]{1,3})?)(?![\p{L}\p{N}_-])/gu;

/** International bank account numbers: length and form of the country, and the check digits. */
export function findIbans(text: string): Span[] {
  return spansOf(text, candidate).flatMap((span) => longestIban(text, span));
}

/** Words in capitals that follow look like further groups: they are dropped one by one. */
function longestIban(text: string, { start, end }: Span): Span[] {
  for (let stop = end; stop > start + 14; stop = text.lastIndexOf(' ', stop - 1)) {
    if (isIban(text.slice(start, stop).replaceAll(' ', ''))) return [{ start, end: stop }];
    if (!text.slice(start, stop).includes(' ')) break;
  }
  return [];
}

/** ISO 13616: the form by country; ISO 7064 MOD 97-10 over the whole. */
export function isIban(iban: string): boolean {
  const format = ibanFormats.get(iban.slice(0, 2));
  if (!format?.test(iban.slice(4))) return false;
  let remainder = 0;
  for (const character of iban.slice(4) + iban.slice(0, 4)) {
    const value = Number.parseInt(character, 36);
    remainder = (remainder * (value > 9 ? 100 : 10) + value) % 97;
  }
  return remainder === 1;
}
