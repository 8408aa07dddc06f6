import { InputValidationError, type OutputValidationError } from '../../errors/index.js';
import { describeSchema } from '../classes/class-schema.js';
import type { Schema } from './schema.js';
import { validate } from './validate.js';
import type { Issue } from './validated.js';

interface RefusalOptions {
  /** @default InputValidationError */
  readonly as?: typeof InputValidationError | typeof OutputValidationError;
  /** Goes into the error's details, besides the issues. */
  readonly details?: Readonly<Record<string, unknown>>;
}

/**
 * The value as the schema makes it.
 * @param what names the value at the start of a sentence: `The input of Triage`
 * @throws {InputValidationError} or what `as` says, with the path of everything that does not fit
 */
export async function validateOrThrow<T>(
  schema: Schema<T>,
  value: unknown,
  what: string,
  { as: Refusal = InputValidationError, details }: RefusalOptions = {},
): Promise<T> {
  const checked = await validate(schema, value);
  if (checked.ok) return checked.value;
  const { issues } = checked;
  throw new Refusal(`${what} does not fit ${describeSchema(schema)}: ${issuesInWords(issues)}`, {
    details: { ...details, issues },
  });
}

/** `$.name must be a string; $.age is missing`. */
export function issuesInWords(issues: readonly Issue[]): string {
  return issues.map(({ path, message }) => `${path} ${message}`).join('; ');
}
