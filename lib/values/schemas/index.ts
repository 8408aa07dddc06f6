export { intersection } from './intersection.js';
export { modernSchema } from './modern-schema.js';
export { NullRemoval } from './null-removal.js';
export { resolveReference, wrapSchema } from './references.js';
export { fittingValues } from './schema-check.js';
export { isAlways, isList, isNever, isNode, mapSubschemas, namesOf, type SchemaNode } from './subschemas.js';
