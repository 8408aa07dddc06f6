import { getMetadataStorage } from 'class-validator';
import type { StandardSchemaV1 } from '@standard-schema/spec';
import type { Schema } from '../schemas/schema.js';

/** A class that `new` can be called on: what class-transformer wants. Abstract classes pass, as in TypeScript's metadata. */
export type ClassSchema<T extends object = object> = new (...args: never[]) => T;

/** Whether it is a Standard Schema; those of arktype are functions, so that has to be asked first. */
export function isStandardSchema<T>(schema: Schema<T>): schema is StandardSchemaV1<unknown, T> {
  return '~standard' in schema;
}

/** Classes of the language: TypeScript emits them as types of parameters; there is nothing to build or to check by. */
const builtIns: ReadonlySet<unknown> = new Set<unknown>([
  String,
  Number,
  Boolean,
  BigInt,
  Symbol,
  Object,
  Array,
  Function,
  Date,
  Promise,
  Map,
  Set,
  RegExp,
  Error,
  Buffer,
  Uint8Array,
  URL,
]);

/** A class of the user's own, as opposed to `String`, `Object`, `Date` and a Standard Schema. */
export function isUserClass(schema: unknown): schema is ClassSchema {
  return typeof schema === 'function' && !builtIns.has(schema) && !('~standard' in schema);
}

/** Whether class-validator knows anything about the class or one that it extends. */
export function hasValidationRules(schema: ClassSchema): boolean {
  return getMetadataStorage().getTargetValidationMetadatas(schema, '', true, false).length > 0;
}

/** The name of a schema for messages: `TicketDto`, `zod schema`. */
export function describeSchema(schema: Schema): string {
  if (isStandardSchema(schema)) return `${schema['~standard'].vendor} schema`;
  return schema.name || 'an anonymous class';
}
