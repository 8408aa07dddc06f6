import { LeaseLostError, NotPerformedError, toErrorData } from '../../errors/index.js';
import { asJson, type GateCall, locationOf } from '../gate-call.js';

/**
 * Nobody waits any more for what an irreversible call comes to: its time was over, or another worker has the run. If it
 * does come to something, the worker that holds the run then is told: it may be all that is missing.
 */
export function reportLate(
  gateCall: GateCall,
  performed: PromiseLike<unknown>,
  raced: Promise<unknown>,
): void {
  let isSettled = false;
  const settled = () => {
    isSettled = true;
  };
  performed.then(settled, settled);
  raced.catch(() => {
    if (isSettled) return;
    // On record first: that it is in doubt, and the question about it.
    gateCall.attempt.onQuiescent(() => {
      performed.then(
        (result) => report(gateCall, { result }),
        (error: unknown) => {
          if (error instanceof NotPerformedError) report(gateCall, { error });
        },
      );
    });
  });
}

/** The call has happened, and this worker may not put it on record any more. */
export function reportFenced(gateCall: GateCall, error: unknown, result: unknown): void {
  if (gateCall.call.effect === 'irreversible' && error instanceof LeaseLostError)
    report(gateCall, { result });
}

function report(
  gateCall: GateCall,
  outcome: { readonly result: unknown } | { readonly error: unknown },
): void {
  const { attempt, frame } = gateCall;
  const { step, iteration, item } = attempt.place;
  const place = { step, iteration, ...(item === undefined ? {} : { item }), key: frame.key };
  if ('error' in outcome) return attempt.run.report({ ...place, error: toErrorData(outcome.error) });
  try {
    const result = asJson(gateCall, outcome.result, `the result of ${locationOf(gateCall)}`);
    attempt.run.report({ ...place, ...(result === undefined ? {} : { result }) });
  } catch {
    // What is not JSON could not have been put on record in time either: a person finds out.
  }
}
