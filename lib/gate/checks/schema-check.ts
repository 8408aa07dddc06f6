import { InputValidationError, OutputValidationError } from '../../errors/index.js';
import { describeSchema, fit, issuesInWords, validateOrThrow } from '../../values/index.js';
import { asJson, locationOf } from '../gate-call.js';
import type { CheckStage } from './check.js';
import type { CallCheck, CheckedCall } from './checked-call.js';

/** Fits arguments to the schema of the call, once, and its result to that of its output. */
export const schemaCheck: CallCheck = {
  name: 'schema',

  concerns({ call, isFitted }: CheckedCall, stage: CheckStage): boolean {
    return !isFitted && (stage === 'before' ? call.input : call.output) !== undefined;
  },

  /** The JSON of what the schema makes of arguments. @throws {InputValidationError} */
  async before(checked: CheckedCall): Promise<void> {
    const { input } = checked.call;
    if (!input) return;
    const what = `arguments of ${locationOf(checked)}`;
    const fitted = await fit(input, checked.value, `the ${what}`, checked.attempt.run.payloadLimit);
    if (!fitted.ok)
      throw new InputValidationError(
        `The ${what} do not fit ${describeSchema(input)}: ${issuesInWords(fitted.issues)}`,
        { details: { issues: fitted.issues } },
      );
    checked.value = fitted.json;
  },

  /** The JSON of what the schema makes of a result. @throws {OutputValidationError} */
  async after(checked: CheckedCall): Promise<void> {
    const { output } = checked.call;
    if (!output) return;
    const what = `result of ${locationOf(checked)}`;
    const value = await validateOrThrow(output, checked.value, `The ${what}`, { as: OutputValidationError });
    checked.value = asJson(checked, value, `the ${what}`);
  },
};
