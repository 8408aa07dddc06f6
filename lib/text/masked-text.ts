import { boundedText } from './bounded-text.js';
import { maskSecrets } from './mask-secrets.js';

/**
 * A text about a failure as records, answers and logs may show it: without secrets, storable, and of at most that many
 * bytes. Secrets are masked before it is cut, since half of one would not be recognised. Never throws.
 * @param limit bytes, at least 100
 */
export function maskedText(value: unknown, limit: number): string {
  return boundedText(maskSecrets(boundedText(value, 4 * limit)), limit);
}
