export { boundedData } from './bounded-data.js';
export { boundedText } from './bounded-text.js';
export { maskSecrets } from './mask-secrets.js';
export { maskedText } from './masked-text.js';
export { isInstance, readProperty } from './read-property.js';
export { shortText } from './short-text.js';
export { type SizedText, storableText } from './storable-text.js';
export { mostCauses, textLimits } from './text-limits.js';
export { vendorName } from './vendor-name.js';
