import type { GuardrailDefinition } from '../decorators/index.js';
import { readProperty } from '../text/index.js';
import { type BuiltInOptions, define, type FindingAction } from './built-in.options.js';

export interface CitationsOptions extends Omit<BuiltInOptions, 'at'> {
  /** What becomes of an answer that cites what it was not given. @default 'block' */
  readonly action?: FindingAction | undefined;
}

/**
 * Stops answers of models that cite passages by marks for which nothing was given: `[7]` of five. Answers without a context, whose brackets
 * are text, pass.
 *
 * @example
 * citations({ steps: ['answer'] })
 */
export function citations(options: CitationsOptions = {}): GuardrailDefinition {
  const { action = 'block' } = options;
  return define('citations', { ...options, at: 'model.response' }, ({ value }) => {
    const unknown = readProperty(value, 'unknownMarks');
    if (!Array.isArray(unknown) || unknown.length === 0) return { verdict: 'allow' };
    const marks = unknown.map((mark) => `[${String(mark)}]`).join(', ');
    return { verdict: action, reason: `it cites ${marks}, for which no passage was given` };
  });
}
