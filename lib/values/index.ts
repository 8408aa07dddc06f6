export type { JsonValue } from './json/json.js';
export { type Principal, readPrincipal } from './principal.js';
export { readCount } from './count.js';
export { addDollars, dollarsInWords, inDollars, nanoDollars, roundedUp, subtractDollars } from './money.js';
export { addUsage, noUsage, subtractUsage, type Usage } from './usage.js';
export type { Schema, SchemaOutput } from './schemas/schema.js';
export { firstDifference } from './json/first-difference.js';
export { canonicalJson, hashOf, sha256 } from './json/canonical.js';
export { canonicalId, requireId } from './ids/canonical-id.js';
export { type CursorPosition, readCursor } from './query/cursor.js';
export { newestPage, type Page, pageOf } from './query/page.js';
export { derivedId, newId } from './ids/identifier.js';
export { assertOptions } from './options/assert-options.js';
export * as option from './options/option-rules.js';
export type { OptionRule, OptionRules } from './options/option-rules.js';
export * as query from './query/query-rules.js';
export { readQuery } from './query/query.js';
export { randomBytes } from './ids/random-bytes.js';
export { jsonPath, type PathKey } from './json/json-path.js';
export {
  defaultMediaLimit,
  defaultPayloadLimit,
  type JsonForm,
  PayloadLimit,
  toJson,
} from './json/to-json.js';
export { fit, type Fitted } from './schemas/fit.js';
export { boundedText, storableText, textLimits } from '../text/index.js';
export { assertIdentifier, composed, composedName } from './ids/assert-identifier.js';
export { describeSchema } from './classes/class-schema.js';
export { validate } from './schemas/validate.js';
export { issuesInWords, validateOrThrow } from './schemas/validate-or-throw.js';
export type { Issue, Validated } from './schemas/validated.js';
export { instanceOf } from './schemas/instance-of.js';
export { jsonSchemaIssues } from './schemas/json-schema-issues.js';
export { jsonSchemaOf } from './schemas/json-schema.js';
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
export { SerialQueue } from './serial-queue.js';
export { given } from './given.js';
export { ignoreRejection } from './ignore-rejection.js';
