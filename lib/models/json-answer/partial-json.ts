import type { JsonValue } from '../../values/index.js';

type Expected = 'value' | 'key' | 'colon' | 'comma';

interface Container {
  readonly close: '}' | ']';
  expected: Expected;
}

/**
 * What is known already of a JSON text that is still being written: texts as far as they came, everything else once it is
 * whole. Undefined as long as that is nothing.
 */
export function partialJson(text: string): JsonValue | undefined {
  const start = text.search(/[{[]/);
  if (start < 0) return undefined;
  const closed = new PartialText(text, start).closed();
  try {
    return closed === undefined ? undefined : (JSON.parse(closed) as JsonValue);
  } catch {
    // It is not JSON.
    return undefined;
  }
}

/** Reads a text from its first bracket on, and knows at each place how it could be brought to its end. */
class PartialText {
  private readonly open: Container[] = [];
  /** Up to where it can be closed, and with what. */
  private safe: { readonly end: number; readonly close: string } | undefined;

  constructor(
    private readonly text: string,
    private readonly start: number,
  ) {}

  closed(): string | undefined {
    for (let at = this.start; at < this.text.length;) {
      const next = this.read(at);
      if (next === undefined) break;
      at = next;
      if (this.open.length === 0) break;
    }
    return this.safe && this.text.slice(this.start, this.safe.end) + this.safe.close;
  }

  /** Reads one token. @returns where the next one begins; undefined where the text is not whole there */
  private read(at: number): number | undefined {
    const character = this.text[at] ?? '';
    if (/\s/.test(character)) return at + 1;
    const top = this.open.at(-1);
    switch (character) {
      case '{':
      case '[':
        this.open.push(
          character === '{' ? { close: '}', expected: 'key' } : { close: ']', expected: 'value' },
        );
        this.markSafe(at + 1);
        return at + 1;
      case '}':
      case ']':
        this.open.pop();
        this.endValue(at + 1);
        return at + 1;
      case ':':
        if (top) top.expected = 'value';
        return at + 1;
      case ',':
        if (top) top.expected = top.close === '}' ? 'key' : 'value';
        return at + 1;
      case '"':
        return this.readText(at);
      default:
        return this.readWord(at);
    }
  }

  private readText(at: number): number | undefined {
    const isKey = this.open.at(-1)?.expected === 'key';
    const [written = ''] = /^"(?:[^"\\]|\\u[\da-fA-F]{4}|\\[^u])*/.exec(this.text.slice(at)) ?? [];
    const end = at + written.length;
    if (this.text[end] === '"') {
      if (isKey) this.setExpected('colon');
      else this.endValue(end + 1);
      return end + 1;
    }
    // Half a character is not shown.
    const whole = /[\ud800-\udbff]$|\\u[dD][89abAB][\da-fA-F]{2}$/.exec(written);
    if (!isKey) this.markSafe(end - (whole?.[0].length ?? 0), '"');
    return undefined;
  }

  /** A number or a word, which is whole when something follows it. */
  private readWord(at: number): number | undefined {
    const [written = ''] = /^[\w+.-]+/.exec(this.text.slice(at)) ?? [];
    const end = at + written.length;
    if (written === '' || end === this.text.length) return undefined;
    this.endValue(end);
    return end;
  }

  private endValue(end: number): void {
    this.setExpected('comma');
    this.markSafe(end);
  }

  private setExpected(expected: Expected): void {
    const top = this.open.at(-1);
    if (top) top.expected = expected;
  }

  private markSafe(end: number, quote = ''): void {
    const closes = this.open.map(({ close }) => close).toReversed();
    this.safe = { end, close: quote + closes.join('') };
  }
}
