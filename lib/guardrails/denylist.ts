import type { GuardrailDefinition, Verdict } from '../decorators/index.js';
import { type BuiltInOptions, define, type FindingAction } from './built-in.options.js';
import { type ContentFilter, mapContent } from './content/content-map.js';
import { contentRuleAt } from './content/protocol.js';
import { atOnce, type Sliced, SliceMeter, slicePerTurn } from './content/slices.js';

export interface DenylistOptions extends BuiltInOptions {
  /** Words or phrases: whole words, in any case, with any white space between them. */
  readonly words?: readonly string[] | undefined;
  /**
   * What is looked for besides, as it is written: add the flag `i` for any case. Each is tried on a whole text in one go:
   * one that takes long, as with nested repetitions, holds up everything.
   */
  readonly patterns?: readonly RegExp[] | undefined;
  /** What becomes of a value with one of them. @default 'block' */
  readonly action?: FindingAction | undefined;
}

/** Invisible characters that are put into words to get past lists. */
const invisible = /[\u00AD\u200B-\u200D\u2060\uFEFF]/gu;

/**
 * Stops values that contain a listed word or match a pattern: in any text, also in keys and in JSON that is inside of
 * strings, but not in names and schemas of requests to models.
 *
 * @example
 * denylist({ at: 'step.output', words: ['we guarantee'], patterns: [/\bclass action\b/i] })
 * @throws {RangeError} if it lists nothing
 */
export function denylist(options: DenylistOptions): GuardrailDefinition {
  const entries = entriesOf(options.words ?? [], options.patterns ?? []);
  const { action = 'block' } = options;
  return define('denylist', options, async ({ value, at }, signal): Promise<Verdict> => {
    const filter = new DenylistFilter(entries);
    await slicePerTurn(mapContent(value, contentRuleAt(at), filter), signal);
    return filter.found === undefined
      ? { verdict: 'allow' }
      : { verdict: action, reason: `contains ${filter.found}` };
  });
}

/** Changes nothing, and remembers the first finding. */
class DenylistFilter implements ContentFilter {
  found: string | undefined;

  constructor(private readonly entries: readonly Entry[]) {}

  /** As it is written; what JSON in it says comes to this as well. */
  *whole(text: string): Sliced<void> {
    this.found ??= yield* firstIn(text, this.entries);
  }

  /** Seen already as it is, or as what a string of JSON says. */
  text(text: string): string {
    return text;
  }
}

/** Finds the first listed word (`'guarantee'`) or pattern (`/…/i`) in a text. @throws {RangeError} if it lists nothing */
export function denylistFinder(
  words: readonly string[],
  patterns: readonly RegExp[],
): (text: string) => string | undefined {
  const entries = entriesOf(words, patterns);
  return (text) => atOnce(firstIn(text, entries));
}

interface Entry {
  readonly pattern: RegExp;
  /** What people are told of it. */
  readonly told: string;
}

function entriesOf(words: readonly string[], patterns: readonly RegExp[]): readonly Entry[] {
  if (words.length + patterns.length === 0) throw new RangeError('denylist() needs "words" or "patterns"');
  return [
    ...words.map((word) => ({ pattern: wordPattern(word), told: `'${word}'` })),
    ...patterns.map((pattern) => ({ pattern: stateless(pattern), told: String(pattern) })),
  ];
}

/** One entry after the other: a word takes one or two milliseconds for a megabyte. */
function* firstIn(text: string, entries: readonly Entry[]): Sliced<string | undefined> {
  const meter = new SliceMeter();
  const plain = normalized(text);
  for (const { pattern, told } of entries) {
    if (pattern.test(plain) || (plain !== text && pattern.test(text))) return told;
    yield* meter.count(text.length);
  }
  return undefined;
}

function wordPattern(word: string): RegExp {
  const parts = normalized(word).trim().split(/\s+/u);
  if (parts[0] === '') throw new RangeError('denylist() takes no empty words');
  const escaped = parts.map((part) => part.replace(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`));
  return new RegExp(String.raw`(?<![\p{L}\p{N}_])${escaped.join(String.raw`\s+`)}(?![\p{L}\p{N}_])`, 'iu');
}

/** A pattern with `g` or `y` remembers where it stood, across calls that know nothing of each other. */
function stateless(pattern: RegExp): RegExp {
  return new RegExp(pattern.source, pattern.flags.replace(/[gy]/g, ''));
}

function normalized(text: string): string {
  return text.normalize('NFKC').replace(invisible, '');
}
