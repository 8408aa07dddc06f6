import type { GuardrailDefinition } from '../decorators/index.js';
import { type BuiltInOptions, define, type FindingAction } from './built-in.options.js';
import { contentStrings } from './content/content-strings.js';
import { type ContentRule, countedRuleAt } from './content/protocol.js';

export interface MaxLengthOptions extends BuiltInOptions {
  /** Characters that all strings of the value may have together. */
  readonly limit: number;
  /** What becomes of a value that is longer. @default 'block' */
  readonly action?: FindingAction | undefined;
}

/**
 * Stops values that are too long; names and schemas of requests to models are not counted.
 *
 * @example
 * maxLength({ at: 'run.input', limit: 20_000 })
 * @throws {RangeError} if `limit` is not a whole number above 0
 */
export function maxLength(options: MaxLengthOptions): GuardrailDefinition {
  const { limit, action = 'block' } = options;
  if (!Number.isInteger(limit) || limit < 1) {
    throw new RangeError(`maxLength() needs a "limit" of at least one character, not ${limit}`);
  }
  return define('maxLength', options, ({ value, at }) => {
    const length = lengthOf(value, countedRuleAt(at));
    if (length <= limit) return { verdict: 'allow' };
    return { verdict: action, reason: `${length} characters, and ${limit} are allowed` };
  });
}

/** Characters of all strings inside a value. @param rule which of them count; all, unless told otherwise */
export function lengthOf(value: unknown, rule: ContentRule = 'content'): number {
  let length = 0;
  for (const text of contentStrings(value, rule)) length += text.length;
  return length;
}
