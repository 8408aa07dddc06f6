import type { JsonValue } from '../json/json.js';
import type { SchemaNode } from '../schemas/index.js';
import { enumMembers } from './enum-members.js';

/** A rule as JSON Schema; undefined where it can't be said for these arguments. */
type RuleSchema = (constraints: readonly unknown[]) => SchemaNode | undefined;

const text = (more: SchemaNode = {}): SchemaNode => ({ type: 'string', ...more });
const number = (more: SchemaNode = {}): SchemaNode => ({ type: 'number', ...more });
const list = (more: SchemaNode = {}): SchemaNode => ({ type: 'array', items: {}, ...more });
const date: SchemaNode = { type: 'string', anyOf: [{ format: 'date-time' }, { format: 'date' }] };

/** Decorators of class-validator by the names of their rules, as far as JSON Schema says exactly the same. */
const table: Readonly<Record<string, RuleSchema>> = {
  isDefined: () => ({ not: { type: 'null' } }),
  equals: ([value]) => (isPrimitive(value) ? listed([value]) : undefined),
  notEquals: ([value]) => (isPrimitive(value) ? { not: { const: value } } : undefined),
  isEmpty: () => ({ enum: ['', null] }),
  isNotEmpty: () => ({ not: { enum: ['', null] } }),
  isIn: ([values]) => (Array.isArray(values) ? listed(values) : undefined),
  isNotIn: ([values]) =>
    Array.isArray(values) && values.some(isPrimitive)
      ? { not: { enum: values.filter(isPrimitive) } }
      : undefined,
  isEnum: ([entity]) => listed(enumMembers(entity)),
  isBoolean: () => ({ type: 'boolean' }),
  isInt: () => ({ type: 'integer' }),
  isNumber: ([options]) => (hasOwn(options, 'maxDecimalPlaces') ? undefined : number()),
  isPositive: () => number({ exclusiveMinimum: 0 }),
  isNegative: () => number({ exclusiveMaximum: 0 }),
  min: ([limit]) => (isFinite(limit) ? number({ minimum: limit }) : undefined),
  max: ([limit]) => (isFinite(limit) ? number({ maximum: limit }) : undefined),
  isDivisibleBy: ([by]) => (isFinite(by) && by > 0 ? number({ multipleOf: by }) : undefined),
  isString: () => text(),
  isLength: ([least, most]) => ({ ...lengths(least, most), type: 'string' }),
  minLength: ([least]) => ({ ...lengths(least, undefined), type: 'string' }),
  maxLength: ([most]) => ({ ...lengths(undefined, most), type: 'string' }),
  matches: ([pattern, flags]) => matching(pattern, flags),
  contains: ([part]) => (typeof part === 'string' ? text({ pattern: literally(part) }) : undefined),
  notContains: ([part]) =>
    typeof part === 'string' ? text({ not: { pattern: literally(part) } }) : undefined,
  isAlpha: ([locale]) => (locale === undefined ? text({ pattern: '^[A-Za-z]+$' }) : undefined),
  isAlphanumeric: ([locale]) => (locale === undefined ? text({ pattern: '^[0-9A-Za-z]+$' }) : undefined),
  isBooleanString: () => text({ enum: ['true', 'false', '1', '0'] }),
  isMilitaryTime: () => text({ pattern: '^([01]\\d|2[0-3]):?([0-5]\\d)$' }),
  isEmail: ([options]) => (isDefault(options) ? text({ format: 'email' }) : undefined),
  isUuid: ([version]) => (version === undefined || version === 'all' ? text({ format: 'uuid' }) : undefined),
  isIp: ([version]) => {
    if (version === undefined) return undefined;
    return text({ format: String(version) === '6' ? 'ipv6' : 'ipv4' });
  },
  isDate: () => date,
  isObject: () => ({ type: 'object' }),
  isNotEmptyObject: ([options]) => (isDefault(options) ? { type: 'object', minProperties: 1 } : undefined),
  isArray: () => list(),
  arrayNotEmpty: () => list({ minItems: 1 }),
  arrayMinSize: ([least]) => (isFinite(least) ? list({ minItems: least }) : undefined),
  arrayMaxSize: ([most]) => (isFinite(most) ? list({ maxItems: most }) : undefined),
  arrayContains: ([values]) =>
    arePrimitive(values)
      ? list({ allOf: values.map((value) => ({ contains: { const: value } })) })
      : undefined,
  arrayNotContains: ([values]) =>
    arePrimitive(values) ? list({ items: { not: { enum: values } } }) : undefined,
};

/** What values of a rule are where only words can say the rest. */
const types: Readonly<Record<string, SchemaNode>> = {
  isNumber: number(),
  matches: text(),
  minDate: date,
  maxDate: date,
  isNotEmptyObject: { type: 'object' },
  arrayUnique: list(),
  arrayContains: list(),
  arrayNotContains: list(),
  isLatitude: { type: ['number', 'string'] },
  isLongitude: { type: ['number', 'string'] },
  isDivisibleBy: number(),
  min: number(),
  max: number(),
};
/** Rules of class-validator over values of any type, or of a type that JSON doesn't have. */
const ofAnyType: ReadonlySet<string> = new Set(
  ['isDefined', 'equals', 'notEquals', 'isEmpty', 'isNotEmpty', 'isIn', 'isNotIn', 'isEnum', 'isInstance'], // prettier-ignore
);

/** The rule as JSON Schema, exactly; undefined where it has to be told in words. */
export function exactRule(name: string, constraints: readonly unknown[]): SchemaNode | undefined {
  return Object.hasOwn(table, name) ? table[name]?.(constraints) : undefined;
}

/** What can be said of the values of a rule of class-validator that is told in words: most are rules over strings. */
export function typeOfRule(name: string, isBuiltIn: boolean): SchemaNode {
  if (Object.hasOwn(types, name)) return types[name] ?? {};
  return isBuiltIn && !ofAnyType.has(name) ? text() : {};
}

/** One of the values: those that JSON doesn't hold are never written. */
function listed(values: readonly unknown[]): SchemaNode | undefined {
  const options = [...new Set(values.filter(isPrimitive))];
  if (options.length === 0) return undefined;
  const kinds = new Set(options.map((value) => (value === null ? 'null' : typeof value)));
  const [kind] = kinds;
  return { ...(kinds.size === 1 && kind !== undefined ? { type: kind } : {}), enum: options };
}

function lengths(least: unknown, most: unknown): SchemaNode {
  return {
    ...(isFinite(least) ? { minLength: least } : {}),
    ...(isFinite(most) ? { maxLength: most } : {}),
  };
}

/** JSON Schema has no flags; its patterns are read with `u`, which refuses some that are fine without. */
function matching(pattern: unknown, modifiers: unknown): SchemaNode | undefined {
  const flags = pattern instanceof RegExp ? pattern.flags : (modifiers ?? '');
  if (typeof flags !== 'string' || /[^dgu]/.test(flags)) return undefined;
  const source = pattern instanceof RegExp ? pattern.source : pattern;
  if (typeof source !== 'string') return undefined;
  try {
    return text({ pattern: new RegExp(source, 'u').source });
  } catch {
    return undefined;
  }
}

function literally(part: string): string {
  return part.replaceAll(/[$()*+./?[\\\]^{|}]/g, String.raw`\$&`);
}

function isPrimitive(value: unknown): value is string | number | boolean | null {
  return value === null || typeof value === 'string' || typeof value === 'boolean' || isFinite(value);
}

function arePrimitive(values: unknown): values is readonly JsonValue[] {
  return Array.isArray(values) && values.length > 0 && values.every(isPrimitive);
}

function isFinite(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

function hasOwn(options: unknown, name: string): boolean {
  return typeof options === 'object' && options !== null && Object.hasOwn(options, name);
}

function isDefault(options: unknown): boolean {
  return (
    options === undefined ||
    options === null ||
    (typeof options === 'object' && Object.keys(options).length === 0)
  );
}
