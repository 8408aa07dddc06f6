import { InputValidationError, OutputValidationError } from '../errors/index.js';
import { describeSchema, fit, type Issue, type JsonValue, type Schema, validate } from '../values/index.js';
import { asJson, type Passage, whereIs } from './passage.js';

/** The JSON of what the schema makes of arguments. @throws {InputValidationError} */
export async function fitArguments(
  passage: Passage,
  input: Schema,
  args: unknown,
): Promise<JsonValue | undefined> {
  const what = `arguments of ${whereIs(passage)}`;
  const fitted = await fit(input, args, `the ${what}`, passage.attempt.run.payloadLimit);
  if (fitted.ok) return fitted.json;
  throw new InputValidationError(misfit(what, input, fitted.issues), {
    details: { issues: fitted.issues },
  });
}

/** The JSON of what the schema makes of a result; without a schema the result itself. @throws {OutputValidationError} */
export async function checkResult(passage: Passage, result: unknown): Promise<unknown> {
  const { output } = passage.call;
  if (!output) return result;
  const what = `result of ${whereIs(passage)}`;
  const checked = await validate(output, result);
  if (checked.ok) return asJson(passage, checked.value, `the ${what}`);
  throw new OutputValidationError(misfit(what, output, checked.issues), {
    details: { issues: checked.issues },
  });
}

function misfit(what: string, schema: Schema, issues: readonly Issue[]): string {
  const list = issues.map(({ path, message }) => `${path} ${message}`).join('; ');
  return `The ${what} do not fit ${describeSchema(schema)}: ${list}`;
}
