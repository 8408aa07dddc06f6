export type { BuiltInOptions, FindingAction } from './built-in.options.js';
export { denylist, denylistFinder, type DenylistOptions } from './denylist.js';
export { lengthOf, maxLength, type MaxLengthOptions } from './max-length.js';
export { pii, type PiiOptions } from './pii.js';
export { passesLuhn } from './pii/card.js';
export { defaultPiiKinds, findPii, type PiiKind, type PiiMatch } from './pii/find-pii.js';
export { isIban } from './pii/iban.js';
export { replacePii } from './pii/replace-pii.js';
export { schema, type SchemaOptions } from './schema.js';
