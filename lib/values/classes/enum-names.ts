import { getMetadataStorage, ValidationTypes } from 'class-validator';
import type { ValidationMetadata } from 'class-validator/types/metadata/ValidationMetadata.js';
import type { PathKey } from '../json/json-path.js';
import { enumMembers } from './enum-members.js';

/** A place in an instance where the name of an enum's member stands, and what may be there. */
export interface EnumName {
  readonly path: readonly PathKey[];
  readonly members: readonly unknown[];
}

/**
 * Where an instance that class-validator has passed holds the name of a member of an enum of numbers: `@IsEnum` takes these
 * names for values, since TypeScript's enums have them as values at run time.
 */
export function enumNames(instance: object): EnumName[] {
  const rules = getMetadataStorage().getTargetValidationMetadatas(instance.constructor, '', true, false);
  const values = instance as Readonly<Record<string, unknown>>;
  return rules.flatMap((rule) => {
    const key = rule.propertyName;
    if (rule.type === ValidationTypes.NESTED_VALIDATION) return nested(values[key], [key]);
    if (rule.name !== 'isEnum' || !isChecked(rule, rules, instance)) return [];
    return namesIn(values[key], [key], enumMembers(rule.constraints[0]), rule.each);
  });
}

function nested(value: unknown, path: readonly PathKey[]): EnumName[] {
  if (Array.isArray(value)) return value.flatMap((each: unknown, index) => nested(each, [...path, index]));
  if (value instanceof Map) return [...value].flatMap(([key, each]) => nested(each, [...path, String(key)]));
  if (value instanceof Set) return nested([...value], path);
  if (typeof value !== 'object' || value === null) return [];
  return enumNames(value).map((found) => ({ ...found, path: [...path, ...found.path] }));
}

function namesIn(
  value: unknown,
  path: readonly PathKey[],
  members: readonly unknown[],
  each: boolean,
): EnumName[] {
  if (each && Array.isArray(value)) {
    return value.flatMap((one: unknown, index) => namesIn(one, [...path, index], members, false));
  }
  return typeof value === 'string' && !members.includes(value) ? [{ path, members }] : [];
}

/** `@ValidateIf`, `@IsOptional` and `{ validateIf }` switch rules off. */
function isChecked(rule: ValidationMetadata, all: readonly ValidationMetadata[], instance: object): boolean {
  const value = (instance as Readonly<Record<string, unknown>>)[rule.propertyName];
  const conditions = all.filter(
    ({ type, propertyName }) =>
      type === ValidationTypes.CONDITIONAL_VALIDATION && propertyName === rule.propertyName,
  );
  const holds = conditions.every(({ constraints }) =>
    Boolean((constraints[0] as (object: object, value: unknown) => boolean)(instance, value)),
  );
  return holds && (rule.validateIf === undefined || Boolean(rule.validateIf(instance, value)));
}
