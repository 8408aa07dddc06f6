import { passChecks } from './checks/check.js';
import type { CallCheck, CheckedCall } from './checks/checked-call.js';
import { asJson, locationOf } from './gate-call.js';
import { type OutcomeFacts, recordFailure, recordResult } from './outcome.js';
import { reportFenced } from './perform/late-outcome.js';

/**
 * From a result to its record: snapshot, checks, outcome. The step runner puts a step's result on record.
 * @returns what the journal holds of it, at once where nothing has to be waited for
 */
export function conclude(checks: readonly CallCheck[], checked: CheckedCall, facts: OutcomeFacts): unknown {
  const performed = checked.value;
  const usage = checked.done?.usage;
  const failed = async (error: unknown): Promise<never> => {
    reportFenced(checked, error, performed);
    await recordFailure(checked, error, { ...facts, performed: true }, usage);
    throw error;
  };
  const passed = () =>
    checked.call.kind === 'step' ? checked.value : recordResult(checked, checked.value, facts, usage);
  try {
    // What is looked at must be what goes on record, whatever becomes of the object meanwhile.
    const isLookedAt = checks.some((check) => check.after && check.concerns(checked, 'after'));
    if (isLookedAt && checked.source.from !== 'approval')
      checked.value = asJson(checked, performed, `the result of ${locationOf(checked)}`);
    const passing = passChecks(checks, checked, 'after');
    const concluded = passing ? passing.then(passed) : passed();
    return concluded instanceof Promise ? concluded.catch(failed) : concluded;
  } catch (error) {
    return failed(error);
  }
}
