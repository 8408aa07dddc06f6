import { InputValidationError, OutputValidationError } from '../errors/index.js';
import { describeSchema, type Schema, validate } from '../values/index.js';
import { type Passage, whereIs } from './passage.js';

/** @throws {InputValidationError} */
export async function checkArguments(passage: Passage, args: unknown): Promise<unknown> {
  const { input } = passage.call;
  if (!input) return args;
  const checked = await validate(input, args);
  if (checked.ok) return checked.value;
  throw new InputValidationError(misfit(passage, 'arguments', input, checked.issues), {
    details: { issues: checked.issues },
  });
}

/** @throws {OutputValidationError} */
export async function checkResult(passage: Passage, result: unknown): Promise<unknown> {
  const { output } = passage.call;
  if (!output) return result;
  const checked = await validate(output, result);
  if (checked.ok) return checked.value;
  throw new OutputValidationError(misfit(passage, 'result', output, checked.issues), {
    details: { issues: checked.issues },
  });
}

function misfit(
  passage: Passage,
  what: string,
  schema: Schema,
  issues: readonly { path: string; message: string }[],
): string {
  const list = issues.map(({ path, message }) => `${path} ${message}`).join('; ');
  return `The ${what} of ${whereIs(passage)} do not fit ${describeSchema(schema)}: ${list}`;
}
