import { InputValidationError } from '../../errors/index.js';
import { storableText, textLimits } from '../../text/index.js';

/**
 * Refuses what can't name anything: cut or changed, it would name something else.
 * @param what names it in the error: `the idempotency key`
 * @throws {InputValidationError} if it is not a text, holds NUL or half a character, or has more than 512 bytes of UTF-8
 */
export function assertIdentifier(value: unknown, what: string): asserts value is string {
  const problem = identifierProblem(value);
  if (problem === undefined) return;
  throw new InputValidationError(
    `${what} ${problem}: hand on a well-formed text of at most ${textLimits.identifier} bytes`,
    { details: { issues: [{ path: '$', message: problem }] } },
  );
}

/** The name of a person, a role or a tenant in the one form in which names are kept and compared: Unicode's composed form (NFC). */
export function composed(name: string): string {
  return name.normalize('NFC');
}

/** The name of a person, a role or a tenant as it is kept. @throws {InputValidationError} as `assertIdentifier` */
export function composedName(value: unknown, what: string): string {
  assertIdentifier(value, what);
  return composed(value);
}

/**
 * What is wrong with the name of something.
 * @param most bytes of UTF-8
 * @example identifierProblem('a'.repeat(513)); // 'is longer than 512 bytes'
 */
export function identifierProblem(value: unknown, most: number = textLimits.identifier): string | undefined {
  if (typeof value !== 'string') return `is not a text but ${value === null ? 'null' : typeof value}`;
  // The first look spares reading what is far too long.
  if (value.length > most || Buffer.byteLength(value) > most) return `is longer than ${most} bytes`;
  if (storableText(value).text !== value)
    return 'holds a NUL or half a character (a surrogate without its pair)';
  return undefined;
}
