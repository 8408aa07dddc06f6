import type { GuardrailDefinition, Verdict } from '../decorators/index.js';
import { type BuiltInOptions, define } from './built-in.options.js';
import { defaultPiiKinds, findPii, type PiiKind } from './pii/find-pii.js';
import { replacePii } from './pii/replace-pii.js';
import { mapStrings } from './strings.js';

export interface PiiOptions extends Omit<BuiltInOptions, 'at'> {
  /** `redact`: `[EMAIL]`; `mask`: `a***@example.org`, `****0366`; `block`: the value does not pass. */
  readonly action: 'redact' | 'mask' | 'block';
  /** Where it stands. @default what goes to a model and what comes from it: `['model.request', 'model.response']` */
  readonly at?: BuiltInOptions['at'];
  /** What it looks for. @default all but `'ip'`, since four numbers with dots may as well be a version */
  readonly kinds?: readonly PiiKind[];
}

/**
 * Finds personal data in every string of a value, and redacts, masks or blocks it. Finds what can be told by its form:
 * no names, no addresses. Ids, hashes, timestamps and versions are left alone.
 *
 * @example
 * pii({ action: 'redact' })
 */
export function pii(options: PiiOptions): GuardrailDefinition {
  const { action, kinds = defaultPiiKinds, at = ['model.request', 'model.response'] } = options;
  return define('pii', { ...options, at }, ({ value }): Verdict => {
    const counts = new Map<PiiKind, number>();
    const changed = mapStrings(value, (text) => {
      const found = findPii(text, kinds);
      for (const { kind } of found) counts.set(kind, (counts.get(kind) ?? 0) + 1);
      return action === 'block' ? text : replacePii(text, found, action);
    });
    if (counts.size === 0) return { verdict: 'allow' };
    const reason = `contains ${[...counts].map(([kind, count]) => `${count} ${kind}`).join(', ')}`;
    return action === 'block'
      ? { verdict: 'block', reason }
      : { verdict: 'transform', value: changed, reason };
  });
}
