import { InputValidationError, OutputValidationError } from '../../errors/index.js';
import {
  describeSchema,
  fit,
  type Issue,
  type JsonValue,
  type Schema,
  validate,
} from '../../values/index.js';
import { asJson, type GateCall, locationOf } from '../gate-call.js';

/** The JSON of what the schema makes of arguments. @throws {InputValidationError} */
export async function fitArguments(
  gateCall: GateCall,
  input: Schema,
  args: unknown,
): Promise<JsonValue | undefined> {
  const what = `arguments of ${locationOf(gateCall)}`;
  const fitted = await fit(input, args, `the ${what}`, gateCall.attempt.run.payloadLimit);
  if (fitted.ok) return fitted.json;
  throw new InputValidationError(schemaMismatch(what, input, fitted.issues), {
    details: { issues: fitted.issues },
  });
}

/** The JSON of what the schema makes of a result; without a schema the result itself. @throws {OutputValidationError} */
export async function checkResult(gateCall: GateCall, result: unknown): Promise<unknown> {
  const { output } = gateCall.call;
  if (!output) return result;
  const what = `result of ${locationOf(gateCall)}`;
  const checked = await validate(output, result);
  if (checked.ok) return asJson(gateCall, checked.value, `the ${what}`);
  throw new OutputValidationError(schemaMismatch(what, output, checked.issues), {
    details: { issues: checked.issues },
  });
}

function schemaMismatch(what: string, schema: Schema, issues: readonly Issue[]): string {
  const list = issues.map(({ path, message }) => `${path} ${message}`).join('; ');
  return `The ${what} do not fit ${describeSchema(schema)}: ${list}`;
}
