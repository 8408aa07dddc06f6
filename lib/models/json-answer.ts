import { canonicalJson, type JsonValue } from '../values/index.js';

/** What could be read of a model's text. */
export type ReadJson =
  { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly why: string };

/** Deeper values are refused wherever they go next: the journal takes 500 levels. */
const deepest = 500;

/**
 * The one JSON value of a text: alone, or in a fence of Markdown, after a think block, between sentences. Nothing is
 * guessed: two different values, a value that is cut off or not quite JSON, and a value inside something that looks like one
 * are no answer. Takes time linear in the text.
 */
export function readJson(text: string): ReadJson {
  const bare = afterThinking(text.trim());
  const whole = parse(bare);
  if (whole.ok) return isTooDeep(bare) ? tooDeep : whole;
  const fenced = parse(withoutFence(bare));
  if (fenced.ok) return isTooDeep(bare) ? tooDeep : fenced;
  const scan = new ProseScan(bare);
  const found = scan.value();
  if (scan.isAmbiguous) return { ok: false, why: 'holds different JSON values, and only one is asked for' };
  if (found === undefined) return whole;
  return parse(found);
}

const tooDeep: ReadJson = { ok: false, why: `is nested more than ${deepest} levels deep` };

function parse(text: string): ReadJson {
  try {
    return { ok: true, value: JSON.parse(text) as unknown };
  } catch (error) {
    return { ok: false, why: `is no valid JSON: ${error instanceof Error ? error.message : String(error)}` };
  }
}

/** What stands in a fence that is the whole text: it may be a text or a number, which can't be told from prose elsewhere. */
function withoutFence(text: string): string {
  const end = text.indexOf('\n');
  if (end < 0 || !/^```[\w+-]*\s*$/.test(text.slice(0, end)) || !text.endsWith('```')) return text;
  return text.slice(end, -3);
}

/** Brackets inside one another, outside strings. */
function isTooDeep(json: string): boolean {
  let depth = 0;
  let most = 0;
  for (let at = 0; at < json.length; at++) {
    const char = json[at];
    if (char === '"') at = endOfString(json, at);
    else if (char === '{' || char === '[') most = Math.max(most, (depth += 1));
    else if (char === '}' || char === ']') depth -= 1;
  }
  return most > deepest;
}

/** Where a string ends that begins at `start`: at its quote, or at the end of the text. */
function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === '\\') at += 1;
    else if (text[at] === '"') return at;
  }
  return text.length;
}

/** Looks through a text once, from left to right. */
class ProseScan {
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

  /** What a model thinks is no answer. Servers that cut the opening tag off leave the closing one. */
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

/** After the closing bracket; beyond the end of the text if there is none. */
function endOfBracket(text: string, start: number): number {
  let depth = 0;
  for (let at = start; at < text.length; at++) {
    const char = text[at];
    if (char === '"') at = endOfString(text, at);
    else if (char === '{' || char === '[') depth += 1;
    else if ((char === '}' || char === ']') && (depth -= 1) === 0) return at + 1;
  }
  return text.length + 1;
}

/** Whether the first thing in a bracket is one that JSON has there; else it is a bracket of the prose. */
function beginsLikeJson(text: string, start: number, bracket: '{' | '['): boolean {
  let at = start + 1;
  while (isSpace(text[at])) at += 1;
  const next = text[at] ?? '';
  if (bracket === '{') return next === '"' || next === '}' || next === '';
  return (
    /["{[\]\d-]/.test(next) ||
    next === '' ||
    ['true', 'false', 'null'].some((word) => text.startsWith(word, at))
  );
}

function isSpace(char: string | undefined): boolean {
  return char === ' ' || char === '\n' || char === '\r' || char === '\t';
}

const names = 'think|thinking|thought|reasoning|reflection';
const thinkTag = new RegExp(`<(/?)(${names})\\s{0,8}>`, 'iy');

interface Tag {
  readonly end: number;
  readonly closing: boolean;
  readonly name: string;
}

function tagAt(text: string, at: number): Tag | undefined {
  thinkTag.lastIndex = at;
  const [whole, slash, name] = thinkTag.exec(text) ?? [];
  if (whole === undefined || name === undefined) return undefined;
  return { end: at + whole.length, closing: slash === '/', name };
}

/** After its closing tag; undefined if there is none. */
function endOfThought(text: string, { end, name }: Tag): number | undefined {
  const closing = new RegExp(`</${name}\\s{0,8}>`, 'gi');
  closing.lastIndex = end;
  return closing.exec(text) === null ? undefined : closing.lastIndex;
}

/** After the last closing tag; -1 if there is none. */
function endOfThoughts(text: string): number {
  let end = -1;
  for (const match of text.matchAll(new RegExp(`</(?:${names})\\s{0,8}>`, 'gi')))
    end = match.index + match[0].length;
  return end;
}

/** The text without the thoughts that it begins with. */
function afterThinking(text: string): string {
  const tag = tagAt(text, 0);
  const end = tag === undefined || tag.closing ? undefined : endOfThought(text, tag);
  return end === undefined ? text : text.slice(end).trim();
}
