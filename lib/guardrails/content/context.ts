/** Keys beside whose value the next one tells what it is: `{ "system": "phone", "value": "…" }`. */
const naming = /^(?:type|kind|system|name|label|title|field|key|channel|method|medium)$/i;
const longestName = 32;

/** What is before a value in words, from its keys: `phone Number: `. Detectors read it as text before the value. */
export class Context {
  static readonly none = new Context('', '');

  private constructor(
    readonly words: string,
    private readonly sibling: string,
  ) {}

  /** Of the value under a key. */
  under(key: string): Context {
    const own = wordsOf(key);
    const above = this.words.replace(/: $/, ' ');
    return new Context(`${above.slice(-longestName)}${this.sibling}${own}: `, '');
  }

  /** Of the values after one with this key and value, in the same object. */
  after(key: string, value: unknown): Context {
    if (typeof value !== 'string' || value.length > longestName || !naming.test(key)) return this;
    return new Context(this.words, `${wordsOf(value)} `);
  }

  /** Of what follows a text. */
  static following(text: string, end: number): Context {
    return new Context(text.slice(Math.max(0, end - longestName), end), '');
  }
}

/** `mobilePhone`, `mobile_phone` and `mobile-phone` are two words. */
function wordsOf(key: string): string {
  return key
    .slice(-longestName)
    .replace(/([\p{Ll}\d])(?=\p{Lu})/gu, '$1 ')
    .replace(/[_-]+/g, ' ');
}
