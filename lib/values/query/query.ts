import { InputValidationError } from '../../errors/index.js';
import { type QueryRule, refused } from './query-rules.js';
import { shortText } from '../../text/index.js';

/**
 * A filter as it came from outside, checked: absent fields are left out, ids have their one spelling.
 * @param where names the caller's method in the message: `'Orchestrator.find()'`
 * @throws {InputValidationError} naming each field that does not fit, and what it takes
 */
export function readQuery<Q extends object>(
  query: Q,
  rules: { readonly [name in keyof Q]-?: QueryRule },
  where: string,
): Q {
  const names = namesOf(query);
  if (!names)
    throw refusal(where, [{ path: '$', message: `takes an object with ${Object.keys(rules).join(', ')}` }]);
  const issues: { path: string; message: string }[] = [];
  const read: Record<string, unknown> = {};
  for (const name of names) {
    const known = Object.hasOwn(rules, name) ? (rules as Record<string, QueryRule>)[name] : undefined;
    const inside = valueOf(query as Record<string, unknown>, name, known);
    if (inside === undefined) continue;
    if (inside === refused) {
      const message = known
        ? `takes ${known.takes}`
        : `is not known; there are ${Object.keys(rules).join(', ')}`;
      issues.push({ path: `$.${shortText(name, 60)}`, message });
    } else read[name] = inside;
  }
  if (issues.length > 0) throw refusal(where, issues);
  // each field is what its rule has let through
  return read as Q;
}

/** Undefined if it is not a plain object. */
function namesOf(query: unknown): readonly string[] | undefined {
  try {
    if (typeof query !== 'object' || query === null || Array.isArray(query)) return undefined;
    return Object.keys(query);
  } catch {
    return undefined;
  }
}

function valueOf(query: Record<string, unknown>, name: string, known: QueryRule | undefined): unknown {
  try {
    const value = query[name];
    return value === undefined ? undefined : known ? known.read(value) : refused;
  } catch {
    return refused;
  }
}

function refusal(where: string, issues: readonly { path: string; message: string }[]): InputValidationError {
  const list = issues.map(({ path, message }) => `${path.slice(2) || 'it'} ${message}`).join('; ');
  return new InputValidationError(`${where} can't use this filter: ${list}.`, { details: { issues } });
}
