import { InputValidationError } from '../../errors/index.js';

/** `\{{` stands for the two braces themselves. */
const braces = /\\\{\{|\{\{(?<inside>[\s\S]*?)\}\}/g;
const path = /^[\w$-]+(?:\.[\w$-]+)*$/;

/** What looks like a placeholder and is none. */
export function checkPlaceholders(text: string): string[] {
  return [...text.matchAll(braces)]
    .map(({ groups }) => groups?.['inside']?.trim())
    .filter((inside) => inside !== undefined && !path.test(inside))
    .map(
      (inside) =>
        `'{{${inside}}}' is not a placeholder: write {{variable.path}}, or \\{{ for the braces themselves`,
    );
}

/** What has to be given: `ticket.title`. */
export function placeholdersIn(text: string): readonly string[] {
  return [...text.matchAll(braces)].flatMap(({ groups }) => groups?.['inside']?.trim() ?? []);
}

/**
 * The text with each placeholder replaced once: what is in a value is never taken for a placeholder.
 * Objects and lists are written as JSON.
 * @throws {InputValidationError} naming all variables that are missing.
 */
export function fillIn(text: string, variables: Readonly<Record<string, unknown>>, where: string): string {
  const missing = new Set<string>();
  const filled = text.replaceAll(braces, (whole: string, inside: string | undefined) => {
    if (inside === undefined) return '{{';
    const value = lookUp(variables, inside.trim().split('.'));
    if (value === undefined) missing.add(inside.trim());
    return value === undefined ? whole : written(value);
  });
  if (missing.size === 0) return filled;
  const given = Object.keys(variables).join(', ') || 'none';
  throw new InputValidationError(
    `The template ${where} needs ${[...missing].map((name) => `'${name}'`).join(', ')}; ` +
      `the variables that were given: ${given}. Pass them in 'variables' (null for a value that is empty on purpose).`,
    { details: { template: where, missing: [...missing] } },
  );
}

/** Properties and getters of the value, but nothing that every object has. */
function lookUp(value: unknown, keys: readonly string[]): unknown {
  let current = value;
  for (const key of keys) {
    if (typeof current !== 'object' || current === null) return undefined;
    if (key in Object.prototype || !(key in current)) return undefined;
    current = (current as Record<string, unknown>)[key];
  }
  return typeof current === 'function' ? undefined : current;
}

function written(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value === null) return '';
  if (value instanceof Date) return value.toISOString();
  if (typeof value === 'object') return JSON.stringify(value, undefined, 2);
  return String(value);
}
