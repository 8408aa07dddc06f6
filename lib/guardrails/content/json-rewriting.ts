import type { Context } from './context.js';
import type { JsonContainer, JsonToken } from './json-reader.js';
import type { Sliced } from './slices.js';
import { UniqueKeys } from './unique-keys.js';

export interface JsonTokenFilter {
  string(text: string, context: Context): Sliced<string>;
  number(digits: string, context: Context): number | undefined;
}

const wholeNumber = /^\d{7,19}$/;

/** Writes filtered strings, keys and numbers back into a JSON text; every other character stays where it was. */
export class JsonRewriting {
  private readonly contexts = new Map<JsonContainer, Context>();
  private keys: Map<JsonContainer | undefined, UniqueKeys> | undefined;

  /**
   * @param offset where the JSON begins in the text that the tokens' places refer to
   * @param outside what is before the JSON
   */
  constructor(
    private readonly json: string,
    private readonly offset: number,
    private readonly tokens: readonly JsonToken[],
    private readonly outside: Context,
    private readonly filter: JsonTokenFilter,
  ) {}

  *rewrite(): Sliced<string> {
    let result = '';
    let written = 0;
    for (const token of this.tokens) {
      const replacement =
        token.type === 'number' ? this.number(token) : yield* this.string(token, this.textOf(token));
      if (replacement === undefined) continue;
      result += this.json.slice(written, token.start - this.offset) + replacement;
      written = token.end - this.offset;
    }
    return written === 0 ? this.json : result + this.json.slice(written);
  }

  private number(token: JsonToken): string | undefined {
    const digits = this.sourceOf(token);
    return wholeNumber.test(digits)
      ? this.filter.number(digits, this.contextAt(token))?.toString()
      : undefined;
  }

  private *string(token: JsonToken, text: string): Sliced<string | undefined> {
    const filtered = yield* this.filter.string(text, this.contextAt(token));
    const { container, key } = token;
    if (container && key) {
      this.contexts.set(container, this.contextIn(container).after(this.textOf(key), text));
    }
    if (filtered === text) return undefined;
    return JSON.stringify(token.type === 'key' ? this.keysOf(container).replace(filtered) : filtered);
  }

  private contextAt({ container, key }: JsonToken | JsonContainer): Context {
    const inside = container ? this.contextIn(container) : this.outside;
    return key ? inside.under(this.textOf(key)) : inside;
  }

  private contextIn(container: JsonContainer): Context {
    const context = this.contexts.get(container) ?? this.contextAt(container);
    this.contexts.set(container, context);
    return context;
  }

  /** Read only for the rare text in which a key is replaced. */
  private keysOf(container: JsonContainer | undefined): UniqueKeys {
    this.keys ??= this.allKeys();
    return this.keys.get(container) ?? new UniqueKeys([]);
  }

  private allKeys(): Map<JsonContainer | undefined, UniqueKeys> {
    const names = new Map<JsonContainer | undefined, string[]>();
    for (const token of this.tokens) {
      if (token.type !== 'key') continue;
      const list = names.get(token.container);
      if (list) list.push(this.textOf(token));
      else names.set(token.container, [this.textOf(token)]);
    }
    return new Map(Array.from(names, ([container, list]) => [container, new UniqueKeys(list)]));
  }

  private textOf(token: JsonToken): string {
    return decoded(this.sourceOf(token));
  }

  private sourceOf({ start, end }: JsonToken): string {
    return this.json.slice(start - this.offset, end - this.offset);
  }
}

/** What a string of JSON says. */
function decoded(literal: string): string {
  // a string literal of JSON gives a string
  return literal.includes('\\') ? (JSON.parse(literal) as string) : literal.slice(1, -1);
}
