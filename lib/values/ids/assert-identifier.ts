import { InputValidationError } from '../../errors/index.js';
import { storableText, textLimits } from '../../text/index.js';

/**
 * Refuses what can't name anything: cut or changed, it would name something else.
 * @param what names it in the error: `the idempotency key`
 * @throws {InputValidationError} if it is not a text, holds NUL or half a character, or has more than 512 bytes of UTF-8
 */
export function assertIdentifier(value: unknown, what: string): void {
  if (typeof value !== 'string')
    throw refused(what, `is not a text but ${value === null ? 'null' : typeof value}`);
  if (value.length > textLimits.identifier || Buffer.byteLength(value) > textLimits.identifier)
    throw refused(what, `is longer than ${textLimits.identifier} bytes`);
  if (storableText(value).text !== value)
    throw refused(what, 'holds a NUL or half a character (a surrogate without its pair)');
}

function refused(what: string, problem: string): InputValidationError {
  return new InputValidationError(
    `${what} ${problem}: hand on a well-formed text of at most ${textLimits.identifier} bytes`,
    {
      details: { issues: [{ path: '$', message: problem }] },
    },
  );
}
