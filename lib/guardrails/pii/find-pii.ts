import { atOnce, type Sliced, sliceSize } from '../content/slices.js';
import { findCards } from './card.js';
import { findEmails } from './email.js';
import { findIbans } from './iban.js';
import { findIps } from './ip.js';
import { findNationalIds } from './national-id.js';
import { findPhones } from './phone.js';
import { ReadableText } from './readable-text.js';
import type { Detector, Span } from './span.js';

/** The strictest first: where two overlap, the first one counts. */
const detectors = {
  iban: findIbans,
  card: findCards,
  nationalId: findNationalIds,
  email: findEmails,
  ip: findIps,
  phone: findPhones,
} as const satisfies Record<string, Detector>;

export type PiiKind = keyof typeof detectors;

export interface PiiMatch extends Span {
  readonly kind: PiiKind;
}

export const defaultPiiKinds: readonly PiiKind[] = ['iban', 'card', 'nationalId', 'email', 'phone'];

/** Characters that are read beyond a slice, so that what begins in it is found whole: an address has 64 + 1 + 255. */
const beyond = 384;
/** Characters before a slice that tell what is in it. */
const behind = 64;
/** In place of what was found: no letter, no digit and no space, so that nothing goes on across it. */
const found = '\u{e000}';
/** Nothing without one of these is personal data that has a form. */
const telling = /[\d@\p{Nd}&%\\]| dot |[([{] ?at ?[)\]}]|\uff20/iu;
/** Where a slice should end, since nothing that is looked for goes on over it. */
const boundary = /[\n;,|<>"]/;

/** Where a text holds personal data, from left to right, without overlaps. Keeps no state between calls. */
export function findPii(text: string, kinds: readonly PiiKind[] = defaultPiiKinds): PiiMatch[] {
  return atOnce(piiIn(text, kinds));
}

/** The same slice by slice. @param before what stands before the text; nothing is looked for in it */
export function* piiIn(text: string, kinds: readonly PiiKind[], before = ''): Sliced<PiiMatch[]> {
  const matches: PiiMatch[] = [];
  if (!telling.test(text)) return matches;
  // in the detectors' order, whatever the order of the kinds
  const chosen = (Object.entries(detectors) as [PiiKind, Detector][]).filter(([kind]) =>
    kinds.includes(kind),
  );
  let tail = before.slice(-behind);
  let from = 0;
  while (from < text.length) {
    const to = sliceEnd(text, from);
    const slice = new Slice(tail, text.slice(from, to + beyond), to - from);
    for (const [kind, find] of chosen) slice.search(kind, find);
    for (const match of slice.matches(from)) matches.push(match);
    tail = slice.tail;
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
  return latest;
}

/** Some of a text, as detectors read it. */
class Slice {
  private readonly readable: ReadableText;
  private readonly start: number;
  private readonly limit: number;
  private text: string;
  /** Of the readable text. */
  private readonly spans: PiiMatch[] = [];

  /** @param length characters of the original in which a match has to begin; behind them is what may belong to it */
  constructor(before: string, original: string, length: number) {
    this.readable = ReadableText.of(original);
    this.start = before.length;
    this.text = before + this.readable.text;
    this.limit = this.start + this.readable.placeOf(length);
  }

  /** What is found is taken out of the text that the next one reads. */
  search(kind: PiiKind, find: Detector): void {
    const here: Span[] = [];
    for (const span of find(this.text, this.start).toSorted((a, b) => a.start - b.start || b.end - a.end)) {
      if (span.start < this.limit && span.start >= (here.at(-1)?.end ?? 0)) here.push(span);
    }
    let text = '';
    let from = 0;
    for (const { start, end } of here) {
      text += this.text.slice(from, start) + found.repeat(end - start);
      from = end;
      this.spans.push({ kind, start, end });
    }
    this.text = text + this.text.slice(from);
  }

  /** What stands before the next slice. */
  get tail(): string {
    const end = Math.max(this.limit, ...this.spans.slice(-1).map((span) => span.end));
    return this.text.slice(Math.max(0, end - behind), end);
  }

  /** Places in the whole text, in which this slice begins at `from`. */
  matches(from: number): PiiMatch[] {
    this.spans.sort((a, b) => a.start - b.start);
    return this.spans.map(({ kind, start, end }) => {
      const span = this.readable.originalOf({ start: start - this.start, end: end - this.start });
      return { kind, start: from + span.start, end: from + span.end };
    });
  }
}
