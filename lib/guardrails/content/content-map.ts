import { ruleUnder } from './content-strings.js';
import { Context } from './context.js';
import { JsonRewriting } from './json-rewriting.js';
import type { ContentRule } from './protocol.js';
import { type Sliced, SliceMeter, sliceSize } from './slices.js';
import { partsOf } from './text-parts.js';
import { UniqueKeys } from './unique-keys.js';

/** What a guardrail over text does to the texts of a value. */
export interface ContentFilter {
  /** Looks at a whole string before it is read as JSON. */
  whole?(text: string): Sliced<void>;
  /** A text that holds no JSON, or what a string inside of JSON says. `before`: words that tell what it is. */
  text(text: string, before: string): Sliced<string> | string;
  /** The digits of a whole number inside an object or a list; the number to put in its place, or undefined. */
  number?(digits: string, before: string): number | undefined;
}

/** JSON in strings in JSON in strings: so many levels are read, what is deeper is text. */
const deepest = 8;
/** Characters that could be read in the time that a text takes however short it is. */
const overhead = 64;
/** Fewer digits are nobody's number. */
const leastNumber = 1_000_000;

/**
 * The value with every text in it filtered: strings, keys of objects, and what strings of JSON hold, however often it
 * was put into a string. Names and schemas of the protocol are left alone. What was not changed is the very same value,
 * and the same text to the byte.
 */
export function mapContent(value: unknown, rule: ContentRule, filter: ContentFilter): Sliced<unknown> {
  return new ContentMap(filter).value(value, rule, undefined);
}

/** The same for one text. */
export function mapText(text: string, filter: ContentFilter): Sliced<string> {
  return new ContentMap(filter).string(text, Context.none, 0);
}

class ContentMap {
  private readonly meter = new SliceMeter();

  constructor(private readonly filter: ContentFilter) {}

  /** `context` is undefined for a value that is inside of nothing. */
  *value(value: unknown, rule: ContentRule, context: Context | undefined): Sliced<unknown> {
    yield* this.meter.count(1);
    if (rule === 'protocol') return value;
    if (typeof value === 'string') return yield* this.string(value, context ?? Context.none, 0);
    if (typeof value === 'number') return context ? this.number(value, context) : value;
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) return yield* this.list(value, rule, context ?? Context.none);
    return yield* this.record(value, rule, context ?? Context.none);
  }

  private *list(values: readonly unknown[], rule: ContentRule, context: Context): Sliced<unknown> {
    let changed: unknown[] | undefined;
    for (let index = 0; index < values.length; index += 1) {
      const before = values[index];
      const after = yield* this.value(before, ruleUnder(rule, String(index)), context);
      if (after !== before) (changed ??= [...values])[index] = after;
    }
    return changed ?? values;
  }

  private *record(value: object, rule: ContentRule, above: Context): Sliced<unknown> {
    const isProtocol = typeof rule === 'object';
    const entries: [string, unknown][] = [];
    let context = above;
    let isChanged = false;
    const before = Object.entries(value);
    const keys = new UniqueKeys(before.map(([key]) => key));
    for (const [key, inner] of before) {
      // names of the protocol are not data, and say nothing about what is under them
      const filtered = isProtocol ? key : yield* this.string(key, above, 0);
      const name = filtered === key ? key : keys.replace(filtered);
      const below = isProtocol ? Context.none : context.under(key);
      const after = yield* this.value(inner, ruleUnder(rule, key), below);
      if (!isProtocol) context = context.after(key, inner);
      isChanged ||= name !== key || after !== inner;
      entries.push([name, after]);
    }
    return isChanged ? Object.fromEntries(entries) : value;
  }

  private number(value: number, context: Context): number {
    if (!Number.isSafeInteger(value) || value < leastNumber) return value;
    return this.filter.number?.(String(value), context.words) ?? value;
  }

  /** One string, and what JSON in it says. */
  *string(text: string, context: Context, depth: number): Sliced<string> {
    yield* this.meter.count(text.length / 8);
    if (this.filter.whole && (depth === 0 || text.length > 1)) yield* this.filter.whole(text);
    if (depth >= deepest) return yield* this.filtered(text, context);
    const parts = yield* partsOf(text, this.meter);
    let result = '';
    let before = context;
    for (const { start, end, tokens } of parts) {
      const part = text.slice(start, end);
      result += tokens
        ? yield* new JsonRewriting(part, start, tokens, before, {
            string: (inner, where) => this.string(inner, where, depth + 1),
            number: (digits, where) => this.filter.number?.(digits, where.words),
          }).rewrite()
        : yield* this.filtered(part, before);
      before = Context.following(text, end);
    }
    return result === text ? text : result;
  }

  private *filtered(text: string, { words }: Context): Sliced<string> {
    yield* this.meter.count(Math.min(text.length, sliceSize) + overhead);
    const result = this.filter.text(text, words);
    return typeof result === 'string' ? result : yield* result;
  }
}
