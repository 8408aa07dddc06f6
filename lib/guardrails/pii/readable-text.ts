import type { TextSpan } from './span.js';

/**
 * What stands for another character: escapes (of JSON, also several levels of them; of URLs; of HTML), and characters
 * outside of ASCII that are spaces, dashes, digits, wide or decorated forms, or invisible.
 */
const special = new RegExp(
  [
    String.raw`\\+(?:u[\da-fA-F]{4}|[nrtbfv"'/])?`,
    '%[2-7][0-9a-fA-F]',
    String.raw`&(?:#\d{2,6}|#[xX][0-9a-fA-F]{2,5}|nbsp|shy|commat|plus|period|hyphen|ensp|emsp|thinsp|zwnj|zwj);`,
    String.raw`[\p{Zs}\p{Pd}\p{Nd}\p{Default_Ignorable_Code_Point}\u00aa-\u00be\u20e3\u2212\u2100-\u214f\u2460-\u24ff\ufb00-\ufb06\ufe50-\ufeff\uff00-\uffef\u{1d400}-\u{1d7ff}]`,
  ].join('|'),
  'gu',
);
/** Characters of an escape at most, where it has few backslashes. */
const longestEscape = 16;
/** Whether there is anything to replace at all; spaces, the hyphen and digits of ASCII are as they should be. */
const isSpecial = /[\\%&]|\P{ASCII}/u;
const invisible = /[\p{Default_Ignorable_Code_Point}\u20e3]/u;
const named: Readonly<Record<string, string>> = {
  nbsp: ' ',
  ensp: ' ',
  emsp: ' ',
  thinsp: ' ',
  shy: '',
  zwnj: '',
  zwj: '',
  commat: '@',
  plus: '+',
  period: '.',
  hyphen: '-',
};

/** A text as detectors read it, and where each of its characters comes from. */
export class ReadableText {
  private constructor(
    readonly text: string,
    private readonly starts: Int32Array | undefined,
    private readonly ends: Int32Array | undefined,
  ) {}

  /** @param text at most a slice: the map has eight bytes for each character */
  static of(text: string): ReadableText {
    if (!isSpecial.test(text)) return new ReadableText(text, undefined, undefined);
    const starts: number[] = [];
    const ends: number[] = [];
    let readable = '';
    const copy = (from: number, to: number): void => {
      readable += text.slice(from, to);
      for (let at = from; at < to; at += 1) {
        starts.push(at);
        ends.push(at + 1);
      }
    };
    let from = 0;
    for (const { 0: found, index } of text.matchAll(special)) {
      copy(from, index);
      from = index + found.length;
      const meant = meaningOf(found);
      readable += meant;
      for (let unit = 0; unit < meant.length; unit += 1) {
        starts.push(index);
        ends.push(from);
      }
    }
    copy(from, text.length);
    return new ReadableText(readable, Int32Array.from(starts), Int32Array.from(ends));
  }

  /** Where a part of the readable text is in the original. */
  originalOf({ start, end }: TextSpan): TextSpan {
    if (!this.starts || !this.ends) return { start, end };
    return { start: this.starts[start] ?? start, end: this.ends[end - 1] ?? end };
  }

  /** The first place of the readable text that is at or behind a place of the original. */
  placeOf(original: number): number {
    if (!this.starts) return original;
    let low = 0;
    let high = this.starts.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.starts[middle] ?? 0) < original) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** A place of a text, or the start of the escape or the character that the place is in the middle of. */
export function startOfCharacter(text: string, place: number): number {
  const from = Math.max(0, place - longestEscape);
  for (const { 0: found, index } of text.slice(from, place + longestEscape).matchAll(special)) {
    const start = from + index;
    if (start < place && place < start + found.length) return start;
  }
  return place;
}

function meaningOf(found: string): string {
  const first = found[0];
  if (first === '\\') return escaped(found);
  if (first === '%') return String.fromCharCode(Number.parseInt(found.slice(1), 16));
  if (first === '&') return entity(found.slice(1, -1));
  return plain(found);
}

/** `\n` and its kin are white space; any number of backslashes stands for one level of escapes or more. */
function escaped(found: string): string {
  const code = /u(.{4})$/.exec(found)?.[1];
  if (code !== undefined) return plain(String.fromCharCode(Number.parseInt(code, 16)));
  const last = found.at(-1) ?? '';
  if ('nrtbfv'.includes(last)) return '\n';
  return last === '\\' ? '\\' : last;
}

function entity(name: string): string {
  const meant = named[name];
  if (meant !== undefined) return meant;
  const isHex = /^#x/i.test(name);
  const code = Number.parseInt(name.slice(isHex ? 2 : 1), isHex ? 16 : 10);
  return code <= 0x10ffff ? plain(String.fromCodePoint(code)) : '';
}

const cache = new Map<string, string>();

/** The character of ASCII that people read, where there is one. */
function plain(character: string): string {
  if (character >= '\u0000' && character <= '~' && character.length === 1) return character;
  const known = cache.get(character);
  if (known !== undefined) return known;
  const meant = read(character);
  if (cache.size < 4_096) cache.set(character, meant);
  return meant;
}

function read(character: string): string {
  if (invisible.test(character)) return '';
  if (/[\p{Pd}\u2212]/u.test(character)) return '-';
  const form = character.normalize('NFKC');
  if (/^\p{Nd}$/u.test(form)) return digitOf(form);
  return /^\p{Zs}+$/u.test(form) ? ' ' : form;
}

/** Unicode encodes the digits of each script from zero to nine, side by side. */
function digitOf(character: string): string {
  const point = character.codePointAt(0) ?? 0;
  if (point < 0x80) return character;
  let zero = point;
  while (/\p{Nd}/u.test(String.fromCodePoint(zero - 1))) zero -= 1;
  return String((point - zero) % 10);
}
