export type { JsonValue } from './json.js';
export { type Principal, readPrincipal } from './principal.js';
export { readCount } from './count.js';
export { addDollars, dollarsInWords, inDollars, nanoDollars, roundedUp, subtractDollars } from './money.js';
export { addUsage, noUsage, type Usage } from './usage.js';
export type { Schema, SchemaOutput } from './schema.js';
export { canonicalJson, hashOf, sha256 } from './canonical.js';
export { canonicalId, requireId } from './canonical-id.js';
export { type Place, readCursor, writeCursor } from './cursor.js';
export { derivedId, newId } from './identifier.js';
export * as query from './query-rules.js';
export { readQuery } from './query.js';
export { randomBytes } from './random-bytes.js';
export { jsonPath, type PathKey } from './json-path.js';
export { defaultPayloadLimit, type JsonForm, PayloadLimit, toJson } from './to-json.js';
export { fit, type Fitted } from './fit.js';
export { boundedText, storableText, textLimits } from '../text/index.js';
export { assertIdentifier } from './assert-identifier.js';
export { describeSchema } from './class-schema.js';
export { type Issue, validate, type Validated } from './validate.js';
export { instanceOf } from './instance-of.js';
export { jsonSchemaOf } from './json-schema.js';
export {
  fittingValues,
  intersection,
  isAlways,
  isList,
  isNever,
  isNode,
  mapSubschemas,
  modernSchema,
  namesOf,
  NullRemoval,
  resolveReference,
  type SchemaNode,
  wrapSchema,
} from './schemas/index.js';
