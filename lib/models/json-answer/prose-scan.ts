import { canonicalJson, type JsonValue } from '../../values/index.js';
import { beginsLikeJson, endOfBracket, isSpace, isTooDeep, parse } from './json-text.js';
import { endOfThought, endOfThoughts, tagAt } from './think-tags.js';

/** Looks through a text once, from left to right. */
export class ProseScan {
  private at = 0;
  /** Brackets of the prose that are open: `[see {` */
  private open = 0;
  private found: string | undefined;
  /** Whether it holds two values that are not the same. */
  isAmbiguous = false;
  private hasLeft = false;

  constructor(private readonly text: string) {}

  /** The text of the one object or array; undefined where there is none, or where it can't be told what the answer is. */
  value(): string | undefined {
    while (this.at < this.text.length) {
      if (!this.step() && !this.leaveThoughts()) return undefined;
    }
    return this.open === 0 ? this.found : undefined;
  }

  /** What can't be read may be a thought whose opening tag is missing: once, so that the time stays linear. */
  private leaveThoughts(): boolean {
    const end = this.hasLeft ? -1 : endOfThoughts(this.text);
    if (end <= this.at) return false;
    this.hasLeft = true;
    this.at = end;
    this.forget();
    return true;
  }

  private forget(): void {
    this.found = undefined;
    this.open = 0;
    this.isAmbiguous = false;
  }

  private step(): boolean {
    const char = this.text[this.at];
    if (char === '<') return this.tag();
    if (char === '{' || char === '[') return this.bracket(char);
    this.at += 1;
    if (char !== '}' && char !== ']') return true;
    // It closes something whose beginning is not there: what was found is a part of it.
    if (this.open === 0) return false;
    this.open -= 1;
    return true;
  }

  /** What a model thinks is not an answer. Servers that cut the opening tag off leave the closing one. */
  private tag(): boolean {
    const tag = tagAt(this.text, this.at);
    if (tag === undefined) {
      this.at += 1;
      return true;
    }
    this.at = tag.end;
    if (tag.closing) {
      this.forget();
      return true;
    }
    const end = endOfThought(this.text, tag);
    if (end === undefined) return false;
    this.at = end;
    return true;
  }

  private bracket(char: '{' | '['): boolean {
    if (!beginsLikeJson(this.text, this.at, char)) {
      this.open += 1;
      this.at += 1;
      return true;
    }
    const end = endOfBracket(this.text, this.at);
    const value = this.text.slice(this.at, end);
    // Something that is nearly JSON, or a part of a larger thing.
    if (end > this.text.length || this.open > 0 || this.isPropertyOfSomething()) return false;
    if (value !== this.found && !this.take(value)) return false;
    this.at = end;
    return true;
  }

  private take(value: string): boolean {
    const parsed = parse(value);
    if (!parsed.ok || isTooDeep(value)) return false;
    if (this.found !== undefined) this.isAmbiguous = !same(this.found, value);
    this.found ??= value;
    return !this.isAmbiguous;
  }

  /** `"name": {…` outside any object: the beginning of the object is missing. */
  private isPropertyOfSomething(): boolean {
    let at = this.at - 1;
    while (at >= 0 && isSpace(this.text[at])) at -= 1;
    if (this.text[at] !== ':') return false;
    at -= 1;
    while (at >= 0 && isSpace(this.text[at])) at -= 1;
    return this.text[at] === '"';
  }
}

function same(a: string, b: string): boolean {
  // Both have been parsed before.
  return canonicalJson(JSON.parse(a) as JsonValue) === canonicalJson(JSON.parse(b) as JsonValue);
}
