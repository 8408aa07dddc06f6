import type { Validated } from '../schemas/validated.js';

/** What `typeof` says of values that fit these classes. */
const primitives: ReadonlyMap<unknown, string> = new Map<unknown, string>([
  [String, 'string'],
  [Number, 'number'],
  [Boolean, 'boolean'],
]);

/**
 * Checks a value by a class of the language. TypeScript emits `Object` for interfaces, unions and `unknown`: it takes
 * everything, as do classes whose values JSON does not hold.
 */
export function validateBuiltIn(schema: unknown, value: unknown): Validated<unknown> {
  const primitive = primitives.get(schema);
  if (primitive !== undefined) return typeof value === primitive ? fits(value) : wrong(`a ${primitive}`);
  if (schema === Array) return Array.isArray(value) ? fits(value) : wrong('a list');
  if (schema !== Date) return fits(value);
  const date = dateOf(value);
  return date === undefined ? wrong('an ISO 8601 date') : fits(date);
}

/** The date that JSON wrote as a string, or undefined. */
export function dateOf(value: unknown): Date | undefined {
  if (!(value instanceof Date) && typeof value !== 'string') return undefined;
  const date = new Date(value);
  return Number.isNaN(date.getTime()) ? undefined : date;
}

function fits(value: unknown): Validated<unknown> {
  return { ok: true, value };
}

function wrong(expected: string): Validated<unknown> {
  return { ok: false, issues: [{ path: '$', message: `must be ${expected}` }] };
}
