import { atOnce, type Sliced, sliceSize } from '../content/slices.js';
import { cards } from './card.js';
import { emails } from './email.js';
import { ibans } from './iban.js';
import { ips } from './ip.js';
import { nationalIdSearches } from './national-ids.js';
import { phones } from './phone.js';
import { ReadableText, startOfCharacter } from './readable-text.js';
import type { Search, TextSpan } from './span.js';

export type PiiKind = 'iban' | 'card' | 'nationalId' | 'email' | 'ip' | 'phone';

/** The strictest first: where two overlap, the first one counts. */
const searches = {
  iban: ibans,
  card: cards,
  nationalId: nationalIdSearches,
  email: emails,
  ip: ips,
  phone: phones,
} as const satisfies Record<PiiKind, readonly Search[]>;

export interface PiiMatch extends TextSpan {
  readonly kind: PiiKind;
}

export const defaultPiiKinds: readonly PiiKind[] = ['iban', 'card', 'nationalId', 'email', 'phone'];

/** Characters that are read beyond a slice, so that what begins in it is found whole: an address has 64 + 1 + 255. */
const beyond = 384;
/** Characters before a slice that tell what is in it. */
const behind = 64;
/** Nothing without one of these is personal data that has a form. */
const telling = /[\d@\p{Nd}&%\\]| dot |[([{] ?at ?[)\]}]|\uff20/iu;
/** Where a slice should end, since nothing that is looked for goes on over it. */
const boundary = /[\n;,|<>"]/;

/** Where a text holds personal data, from left to right, without overlaps. Keeps no state between calls. */
export function findPii(text: string, kinds: readonly PiiKind[] = defaultPiiKinds): PiiMatch[] {
  return atOnce(piiIn(text, kinds));
}

/** The same slice by slice. @param before what is before the text; nothing is looked for in it */
export function* piiIn(text: string, kinds: readonly PiiKind[], before = ''): Sliced<PiiMatch[]> {
  const matches: PiiMatch[] = [];
  if (!telling.test(text)) return matches;
  // in the order of strictness, whatever the order of the kinds
  const chosen = (Object.keys(searches) as PiiKind[])
    .filter((kind) => kinds.includes(kind))
    .flatMap((kind) => searches[kind].map((search) => ({ kind, search })));
  const last = before.slice(-behind);
  let tailOf: TailOf = () => last;
  let from = 0;
  while (from < text.length) {
    const to = sliceEnd(text, from);
    const slice = new Slice(tailOf, text.slice(from, to + beyond), to - from);
    for (const { kind, search } of chosen) slice.find(kind, search);
    for (const match of slice.matches(from)) matches.push(match);
    tailOf = slice.tails();
    from = Math.max(to, matches.at(-1)?.end ?? 0);
    if (from < text.length) yield;
  }
  return matches;
}

function sliceEnd(text: string, from: number): number {
  const latest = from + sliceSize;
  if (latest >= text.length) return text.length;
  for (let end = latest; end > latest - beyond; end -= 1) {
    if (boundary.test(text[end - 1] ?? '')) return end;
  }
  return startOfCharacter(text, latest);
}

/** The text before a slice, as a search left it there. */
type TailOf = (search: Search) => string;

/** Some of a text, as searches read it. */
class Slice {
  private readonly readable: ReadableText;
  private readonly limit: number;
  /** Without what was found. */
  private text: string;
  /** Of the readable text. */
  private readonly spans: PiiMatch[] = [];
  /** What each search left of the text before the slice and of the slice, which begins at `start`. */
  private readonly left = new Map<Search, { readonly text: string; readonly start: number }>();

  /** @param length characters of the original in which a match has to begin; behind them is what may belong to it */
  constructor(
    private readonly tailOf: TailOf,
    original: string,
    length: number,
  ) {
    this.readable = ReadableText.of(original);
    this.text = this.readable.text;
    this.limit = this.readable.placeOf(length);
  }

  /** What is found is taken out of the text that the next one reads. */
  find(kind: PiiKind, search: Search): void {
    const before = this.tailOf(search);
    const { spans, text } = search(before + this.text, before.length);
    this.left.set(search, { text, start: before.length });
    this.text = text.slice(before.length);
    for (const span of spans) {
      this.spans.push({ kind, start: span.start - before.length, end: span.end - before.length });
    }
  }

  /** The text before the next slice. */
  tails(): TailOf {
    const end = Math.max(this.limit, ...this.begunHere().map((span) => span.end));
    const tails = new Map<Search, string>();
    for (const [search, { text, start }] of this.left) {
      tails.set(search, text.slice(Math.max(0, start + end - behind), start + end));
    }
    return (search) => tails.get(search) ?? '';
  }

  /** Places in the whole text, in which this slice begins at `from`. */
  matches(from: number): PiiMatch[] {
    return this.begunHere().map(({ kind, start, end }) => {
      const span = this.readable.originalOf({ start, end });
      return { kind, start: from + span.start, end: from + span.end };
    });
  }

  /** What begins behind the limit is found again in the next slice, and whole. */
  private begunHere(): PiiMatch[] {
    return this.spans.filter((span) => span.start < this.limit).toSorted((a, b) => a.start - b.start);
  }
}
