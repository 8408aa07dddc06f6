import type { Clock } from '../../clock/index.js';
import { NotPerformedError } from '../../errors/index.js';
import { currentScope, runInScope } from '../../scope/index.js';
import { instanceOf, type JsonValue } from '../../values/index.js';
import { callsToRepeat, runDeadline } from '../../workflow/index.js';
import { AbortSource } from './abort-source.js';
import { CallScope, type NestedCalls } from './call-scope.js';
import { type CallFrame, isNestedIn } from '../call-frame.js';
import { Deadline, isPromise } from './deadline.js';
import { reportLate } from './late-outcome.js';
import { type GateCall, locationOf } from '../gate-call.js';
import { nextDelay } from './retry.js';

export interface CallExecution extends NestedCalls {
  readonly gateCall: GateCall;
  /** JSON where the call has a schema. */
  readonly args: unknown;
  /** Right before each attempt: undefined where it may be made, else a promise that settles once it may. */
  clearance(): Promise<void> | undefined;
  /** An attempt is about to be made. */
  sent(): void;
  /** Whether there is the money for another attempt after this failure. */
  canRetry(error: unknown): boolean | Promise<boolean>;
}

/**
 * Performs a call, again after errors that may pass. Only the orchestrator retries; nothing below does.
 * @param failures the number that the next failure will have
 * @returns its result, or a promise of it where it has to be waited for
 */
export function performWithRetries(clock: Clock, execution: CallExecution, failures = 1): unknown {
  const { gateCall } = execution;
  const { frame } = gateCall;
  const outside = parentSignal(gateCall);
  const done = (result: unknown) => (frame.suspended ? neverTold() : result);
  const failed = (error: unknown) => retry(clock, execution, outside, error, failures);
  try {
    const clearance = execution.clearance();
    const performed = clearance
      ? clearance.then(() => performOnce(clock, execution, outside))
      : performOnce(clock, execution, outside);
    return performed instanceof Promise ? performed.then(done, failed) : done(performed);
  } catch (error) {
    return failed(error);
  }
}

/** @throws the error, if it is final */
async function retry(
  clock: Clock,
  execution: CallExecution,
  outside: AbortSource,
  error: unknown,
  failures: number,
): Promise<unknown> {
  const { gateCall } = execution;
  const { call, frame } = gateCall;
  if (frame.suspended && !outside.aborted) return neverTold();
  const isSafe = call.effect !== 'irreversible' || error instanceof NotPerformedError;
  const delay =
    call.retry && isSafe && !outside.aborted
      ? nextDelay(call.retry, error, failures, Math.random(), timeLeft(gateCall))
      : undefined;
  if (delay === undefined || !(await execution.canRetry(error))) throw error;
  await clock.sleep(delay, outside.signal);
  frame.repeated = callsToRepeatIn(gateCall);
  if (outside.aborted) throw error;
  return frame.suspended ? neverTold() : performWithRetries(clock, execution, failures + 1);
}

/** The attempt is suspended: nobody is to learn how the body came to its end. */
function neverTold(): Promise<never> {
  return new Promise<never>(() => undefined);
}

/** Milliseconds until the first of the limits is reached that hold around a call: of the call that it is nested in, of the step, of the run. */
function timeLeft({ attempt, frame }: GateCall): number {
  const end = runDeadline(attempt.run.definition, attempt.run.state);
  let remaining = end === undefined ? Infinity : end - attempt.run.now();
  for (let one = frame.parent; one; one = one.parent)
    remaining = Math.min(remaining, one.deadline?.remaining() ?? Infinity);
  return remaining;
}

/** What the body's next attempt makes again of the calls that its last one made. */
function callsToRepeatIn({ attempt, frame }: GateCall): ReadonlySet<string> {
  const { calls } = attempt.activationState;
  const within = (key: string | undefined): boolean =>
    key !== undefined && (key === frame.key || within(calls.get(key)?.within));
  const nested = [...calls.values()].filter((call) => within(call.within));
  return new Set(callsToRepeat(nested).map(({ key }) => key));
}

/**
 * Calls that the body makes are nested in this one; those that it has left behind end with it.
 * What answers at once is not timed: nothing could have stopped it.
 */
function performOnce(clock: Clock, execution: CallExecution, outside: AbortSource): unknown {
  outside.throwIfAborted();
  const { gateCall, args } = execution;
  const { attempt, call, frame } = gateCall;
  // After all that may have had to be waited for: the kill switch is read from a database that may be slow to answer.
  attempt.run.assertHeld();
  const nestedAbort = (frame.nestedAbort = new AbortSource());
  const isStep = call.kind === 'step';
  if (!isStep) attempt.occurrences.restart(frame.key);
  // Each attempt gets an instance of its own: what a failed one did to it is gone.
  const given = call.input ? instanceOf(call.input, args as JsonValue | undefined) : args;
  const deadline = new Deadline(clock, {
    outside,
    timeout: call.timeout,
    idleTimeout: isStep ? attempt.definition.idleTimeout : undefined,
    where: () => locationOf(gateCall),
  });
  frame.deadline = deadline;
  deadline.stop.listen(() =>
    nestedAbort.abort(attempt.stop.aborted ? deadline.stop.reason : attempt.closedError()),
  );
  if (isStep) attempt.enter(deadline);
  const resume = call.pausesClock ? pauseAround(frame) : undefined;
  const scope = new CallScope(currentScope() ?? attempt.scope, gateCall, execution, deadline);
  let performed: unknown;
  execution.sent();
  try {
    performed = runInScope(scope, () => call.perform(given, scope));
  } catch (error) {
    resume?.();
    deadline.release();
    return finishNested(gateCall, scope, nestedAbort, () => {
      throw error;
    });
  }
  if (!isPromise(performed)) {
    resume?.();
    deadline.release();
    return finishNested(gateCall, scope, nestedAbort, () => performed);
  }
  attempt.onQuiescent(() => deadline.release());
  const raced = resume ? deadline.race(performed).finally(resume) : deadline.race(performed);
  if (call.effect === 'irreversible') reportLate(gateCall, performed, raced);
  return raced.then(
    (result) => finishNested(gateCall, scope, nestedAbort, () => result),
    (error: unknown) =>
      finishNested(gateCall, scope, nestedAbort, () => {
        throw error;
      }),
  );
}

/** Lets the limits of all calls around one stand still, until what it gives back is called. */
function pauseAround(frame: CallFrame): () => void {
  const paused: Deadline[] = [];
  for (let one = frame.parent; one; one = one.parent) if (one.deadline) paused.push(one.deadline);
  for (const deadline of paused) deadline.pause();
  return () => {
    for (const deadline of paused) deadline.resume();
  };
}

/**
 * What may stop a call from outside: the end of the one that it is nested in. An irreversible call with a time-out of
 * its own is let go on instead, since to stop it would only make its outcome unknown.
 */
function parentSignal({ attempt, frame, call }: GateCall): AbortSource {
  const isSpared = call.effect === 'irreversible' && call.timeout !== undefined;
  return (isSpared ? undefined : frame.parent?.nestedAbort) ?? attempt.stop;
}

/** Aborts what the body has not waited for, and waits until it is on record: the next attempt must know of it. */
function finishNested(
  gateCall: GateCall,
  scope: CallScope,
  nestedAbort: AbortSource,
  outcome: () => unknown,
): unknown {
  scope.isOver = true;
  const { attempt, frame } = gateCall;
  // A suspended one lets what is in flight beside it come to its end.
  if (frame.suspended || attempt.stop.aborted || attempt.frames.size === 1) return outcome();
  const unfinished = [...attempt.frames].filter((one) => isNestedIn(one, frame) && !one.suspended);
  if (unfinished.length === 0) return outcome();
  nestedAbort.abort(attempt.closedError());
  return Promise.all(unfinished.map((one) => one.done())).then(outcome);
}
