import { types } from 'node:util';
import { errorMessage, logSafely } from '../errors/index.js';
import type { CallKind } from './call.js';

/** What is known when something begins, by what it is. */
export interface InstrumentedFacts {
  /** A worker decides what a run does next, and begins it. */
  readonly turn: { readonly runId: string; readonly workflow: string };
  /** One attempt of a step, until it has an outcome or waits. */
  readonly attempt: {
    readonly runId: string;
    readonly workflow: string;
    readonly step: string;
    /** From 1. */
    readonly attempt: number;
    readonly iteration: number;
    /** Index inside a `forEach` step. */
    readonly item?: number | undefined;
    /** `fallback`, `compensate`: the method that is run in place of the step's own. */
    readonly phase: 'perform' | 'fallback' | 'compensate';
  };
  /** A call is made: what is remembered of an attempt before is not. Where the call waits for a person it never settles. */
  readonly call: {
    readonly runId: string;
    readonly workflow: string;
    readonly step: string;
    /** Of the step, from 1. */
    readonly attempt: number;
    readonly kind: CallKind;
    readonly name: string;
    readonly agent?: string | undefined;
    /** Names the call in the records of its run. */
    readonly key: string;
  };
  /** One statement, or one transaction, that puts records on disk. */
  readonly commit: { readonly runs: number; readonly records: number };
}

export type InstrumentedKind = keyof InstrumentedFacts;

/**
 * Watches what the engine does, for traces and metrics. It changes nothing: what it throws is logged, what it returns is
 * ignored, and the body runs exactly once, whatever it does.
 *
 * @example
 * ```ts
 * class Timings extends Instrumentation {
 *   async around(kind: InstrumentedKind, facts: unknown, body: () => unknown) {
 *     const begun = performance.now();
 *     await body();
 *     histogram.record(performance.now() - begun, { kind });
 *   }
 * }
 * ```
 */
export abstract class Instrumentation {
  /** @param body what is watched; gives what it comes to, or a promise of it, also if it is called again */
  abstract around<Kind extends InstrumentedKind>(
    kind: Kind,
    facts: InstrumentedFacts[Kind],
    body: () => unknown,
  ): unknown;
}

/** Runs `body` inside the instrumentation, if there is one. */
export function instrumented<Kind extends InstrumentedKind, Result>(
  instrumentation: Instrumentation | undefined,
  kind: Kind,
  facts: () => InstrumentedFacts[Kind],
  body: () => Result,
): Result {
  if (!instrumentation) return body();
  let outcome: { readonly result: Result } | { readonly error: unknown } | undefined;
  const once = (): Result => {
    outcome ??= attempted(body);
    if ('error' in outcome) throw outcome.error;
    return outcome.result;
  };
  try {
    const watching: unknown = instrumentation.around(kind, facts(), once);
    if (types.isPromise(watching)) watching.catch((error: unknown) => complain(kind, error, outcome));
  } catch (error) {
    complain(kind, error, outcome);
  }
  return once();
}

function attempted<Result>(body: () => Result): { readonly result: Result } | { readonly error: unknown } {
  try {
    return { result: body() };
  } catch (error) {
    return { error };
  }
}

/** What the body has failed with passes through the instrumentation, which is not to blame for it. */
async function complain(
  kind: InstrumentedKind,
  error: unknown,
  outcome: { readonly result: unknown } | { readonly error: unknown } | undefined,
): Promise<void> {
  if (outcome) {
    const own = 'error' in outcome ? outcome.error : await rejectionOf(outcome.result);
    if (own === error) return;
  }
  logSafely('error', `The instrumentation threw around a ${kind}: ${errorMessage(error)}`);
}

async function rejectionOf(result: unknown): Promise<unknown> {
  try {
    await result;
    return undefined;
  } catch (error) {
    return error;
  }
}
