import * as classValidator from 'class-validator';
import type { ValidationMetadata } from 'class-validator/types/metadata/ValidationMetadata.js';
import type { SchemaNode } from '../schemas/index.js';
import { exactRule, typeOfRule } from './rule-schemas.js';

const builtIns: ReadonlySet<unknown> = new Set(Object.values(classValidator));

/** What one decorator asks of a property, or of each element of it. */
export interface Rule {
  readonly name: string;
  /** What JSON Schema can say of it. */
  readonly schema: SchemaNode;
  /** The rest, in words. */
  readonly told: string | undefined;
  /** Whether it fails where the property is missing. */
  readonly requires: boolean;
}

/** @returns undefined for decorators that check no value: `@Allow`, `@IsOptional`, `@ValidateNested` */
export function ruleOf(metadata: ValidationMetadata): Rule | undefined {
  const constraint = metadata.constraintCls
    ? classValidator.getMetadataStorage().getTargetValidatorConstraints(metadata.constraintCls)[0]
    : undefined;
  if (constraint === undefined) return undefined;
  const name = constraint.name ?? metadata.name ?? 'a rule of the application';
  const constraints: readonly unknown[] = metadata.constraints ?? [];
  const isBuiltIn = builtIns.has(name);
  // A condition of its own: where it doesn't hold, every value will do.
  if (metadata.validateIf) {
    return { name, schema: {}, told: `${wordsOf(metadata, name)} (under a condition)`, requires: false };
  }
  const schema = isBuiltIn ? exactRule(name, constraints) : undefined;
  return {
    name,
    schema: schema ?? typeOfRule(name, isBuiltIn),
    told: schema === undefined ? wordsOf(metadata, name) : undefined,
    requires: !isBuiltIn || !acceptsAbsence(metadata),
  };
}

/** Asked of class-validator itself. */
function acceptsAbsence(metadata: ValidationMetadata): boolean {
  const constraints = classValidator
    .getMetadataStorage()
    .getTargetValidatorConstraints(metadata.constraintCls);
  try {
    return constraints.every(({ instance }) => instance.validate(undefined, argumentsOf(metadata)) === true);
  } catch {
    return false;
  }
}

/** The message of the decorator, which is what somebody is told whose value does not fit. */
function wordsOf(metadata: ValidationMetadata, name: string): string {
  const [constraint] = classValidator
    .getMetadataStorage()
    .getTargetValidatorConstraints(metadata.constraintCls);
  try {
    const { message } = metadata;
    const written = typeof message === 'function' ? message(argumentsOf(metadata)) : message;
    if (written) return filledIn(written, metadata);
    const words = constraint?.instance.defaultMessage?.(argumentsOf(metadata)) || name;
    return filledIn(words, metadata) + (words.includes('$constraint') ? '' : optionsOf(metadata));
  } catch {
    return name;
  }
}

/** What a message of class-validator leaves out: "must be a number conforming to the specified constraints". */
function optionsOf({ constraints }: ValidationMetadata): string {
  const given: readonly unknown[] = constraints ?? [];
  const told = given.filter((each) => each !== undefined && each !== null).map(shown);
  const plain = told.filter((each) => each !== '{}' && each !== '');
  return plain.length === 0 ? '' : ` (${plain.join(', ')})`;
}

function argumentsOf({ target, propertyName, constraints }: ValidationMetadata) {
  const targetName = typeof target === 'function' ? target.name : target;
  return { targetName, property: propertyName, object: {}, value: undefined, constraints };
}

/** The tokens of class-validator's messages: `$property`, `$constraint1`, … */
function filledIn(message: string, { propertyName, constraints, target }: ValidationMetadata): string {
  const given: readonly unknown[] = constraints ?? [];
  return message
    .replaceAll(/\$constraint(\d+)/g, (_token, number: string) => shown(given[Number(number) - 1]))
    .replaceAll('$property', () => propertyName)
    .replaceAll('$target', () => (typeof target === 'function' ? target.name : target))
    .replaceAll('$value', () => 'the value');
}

function shown(value: unknown): string {
  if (value instanceof Date) return value.toISOString();
  if (value instanceof RegExp || typeof value !== 'object') return String(value);
  return Array.isArray(value) ? value.map(shown).join(', ') : JSON.stringify(value);
}
