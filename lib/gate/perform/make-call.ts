import type { Clock } from '../../clock/index.js';
import { NotPerformedError } from '../../errors/index.js';
import type { JsonValue, Usage } from '../../values/index.js';
import type { RecordDraft } from '../../workflow/index.js';
import type { CheckedCall } from '../checks/checked-call.js';
import type { KillSwitchCheck } from '../limits/kill-switch-check.js';
import { asJson, locationOf, recordDraft } from '../gate-call.js';
import { callFactsOf } from '../memory/call-memory.js';
import { optional, type OutcomeFacts, recordFailure } from '../outcome.js';
import { performWithRetries } from './call-execution.js';
import type { NestedCalls } from './call-scope.js';

/** What a call has come to that did not simply fail. `in-doubt`: it was begun, and its outcome is unknown. */
export type MadeCall =
  | {
      readonly kind: 'performed';
      readonly result: unknown;
      readonly facts: OutcomeFacts;
      readonly usage: Usage | undefined;
    }
  | { readonly kind: 'in-doubt'; readonly error: unknown };

/** What a call is performed with. */
export interface PerformedCalls extends NestedCalls {
  readonly killSwitch: KillSwitchCheck | undefined;
}

/**
 * Makes a call that has passed the checks, from its intent on.
 * @returns what it has come to, at once where nothing has to be waited for
 * @throws what it has failed with, which is on record then
 */
export function makeCall(
  clock: Clock,
  checked: CheckedCall,
  nested: PerformedCalls,
): MadeCall | Promise<MadeCall> {
  const { call } = checked;
  const recorded = call.kind === 'step' ? undefined : recordedArguments(checked);
  if (call.effect !== 'irreversible') return perform(clock, checked, nested, recorded);
  const intent = { ...callFactsOf(checked), ...optional('arguments', recorded) };
  const intend = () => putIntent(checked, recordDraft(checked, 'call.intended', intent), nested.killSwitch);
  const clearance = nested.killSwitch?.clearance(checked, 'not begun');
  const intended = clearance ? clearance.then(intend) : intend();
  return intended.then(() => perform(clock, checked, nested, recorded));
}

async function putIntent(
  { attempt }: CheckedCall,
  intent: RecordDraft,
  killSwitch: KillSwitchCheck | undefined,
): Promise<void> {
  try {
    await attempt.append([intent], killSwitch && { ifSwitches: killSwitch.generation });
  } catch (error) {
    // Perhaps for a switch that this process has not heard of.
    await killSwitch?.refresh();
    throw error;
  }
}

function perform(
  clock: Clock,
  checked: CheckedCall,
  nested: PerformedCalls,
  recorded: JsonValue | undefined,
): MadeCall | Promise<MadeCall> {
  const { attempt, frame, call, value: args, budget } = checked;
  const gateCall = { attempt, frame, call };
  const begun = attempt.run.now();
  const facts = () => ({ args: recorded, duration: attempt.run.now() - begun });
  const performed = (result: unknown): MadeCall => {
    return { kind: 'performed', result, facts: facts(), usage: budget?.actualUsage(result) };
  };
  const failed = async (error: unknown): Promise<MadeCall> => {
    // An irreversible call has failed without harm only where it says that nothing has happened.
    const inDoubt = call.effect === 'irreversible' && !(error instanceof NotPerformedError);
    await recordFailure(checked, error, { ...facts(), inDoubt }, budget?.usageAfterFailure(error));
    if (!inDoubt || attempt.stop.aborted) throw error;
    return { kind: 'in-doubt', error };
  };
  try {
    const result = performWithRetries(clock, {
      gateCall,
      args,
      clearance: () =>
        nested.killSwitch?.clearance(gateCall, call.effect === 'irreversible' ? 'intended' : 'not begun'),
      ...nested,
      sent: () => {
        budget?.sent();
        // Has begun, so its turn is used up. Other calls settle with their outcome, which a step has no record of by itself.
        if (call.kind === 'step') frame.rates = undefined;
      },
      canRetry: (error) => budget?.canRetry(error) ?? true,
    });
    return result instanceof Promise ? result.then(performed).catch(failed) : performed(result);
  } catch (error) {
    return failed(error);
  }
}

/** What goes on record of the arguments. */
export function recordedArguments(checked: CheckedCall): JsonValue | undefined {
  const { call, value } = checked;
  const recorded = call.recorded ? call.recorded(value) : value;
  return asJson(checked, recorded, `the arguments of ${locationOf(checked)}`);
}
