import { InputValidationError } from '../../errors/index.js';
import { shortText } from '../../text/index.js';

const hyphenated = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
/** The longest spelling that is read: with `urn:uuid:` in front. */
const longest = 'urn:uuid:'.length + 36;

/**
 * The one spelling that an id has inside: a UUID in lower case with hyphens. Also reads capitals, `{…}` and
 * `urn:uuid:…` (RFC 9562). Undefined for whatever is not a UUID.
 */
export function canonicalId(text: unknown): string | undefined {
  if (typeof text !== 'string' || text.length > longest) return undefined;
  if (hyphenated.test(text)) return text;
  const lower = text.toLowerCase();
  const bare =
    lower.startsWith('{') && lower.endsWith('}') ? lower.slice(1, -1) : lower.replace(/^urn:uuid:/, '');
  return hyphenated.test(bare) ? bare : undefined;
}

/**
 * The canonical spelling of an id that somebody else hands over.
 * @param what names it in the message: `'runId'`
 * @throws {InputValidationError} if it is not a UUID
 */
export function requireId(text: unknown, what: string): string {
  const id = canonicalId(text);
  if (id !== undefined) return id;
  const shown = typeof text === 'string' ? `'${shortText(text, 60)}'` : `a value of type ${typeof text}`;
  const message = 'has to be a UUID, like 0199a1b2-0000-7000-8000-000000000000';
  throw new InputValidationError(`${what} ${message}, and ${shown} is not one.`, {
    details: { issues: [{ path: `$.${what}`, message }] },
  });
}
