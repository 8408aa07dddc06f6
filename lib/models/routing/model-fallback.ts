import { ModelCallError, OrchestrationError } from '../../errors/index.js';
import { currentScope } from '../../scope/index.js';
import type { JsonValue } from '../../values/index.js';
import { allFailed, type ModelFailure } from './all-failed.js';
import { fallbackReasonOf } from './fallback-reason.js';
import type { Candidate, Route } from './model-catalog.js';
import { largerThan, orderOf, type OrderReason } from './model-order.js';

/** Why another model was asked than the first of the alias. Goes on record. */
export interface RouteFacts {
  readonly because?: OrderReason | undefined;
  /** Models that have failed too often, and were not asked. */
  readonly skipped?: readonly string[] | undefined;
}

/** What goes on record with a request, and why this model was asked. */
export function withRouting(
  facts: Readonly<Record<string, JsonValue>> | undefined,
  routing: RouteFacts | undefined,
): Readonly<Record<string, JsonValue>> | undefined {
  return routing ? { ...facts, routing: { ...routing } as JsonValue } : facts;
}

/** What is asked of models. */
export interface Question<T> {
  /** The most that a model may cost for it, in US dollars. */
  costOf(candidate: Candidate): number;
  ask(candidate: Candidate, facts: RouteFacts | undefined): Promise<T>;
  /** Where in the journal it is that a model was asked this, if it is. */
  recalled(candidate: Candidate): number | undefined;
}

/** An answer, and who has given it. */
export interface Answered<T> {
  readonly answer: T;
  readonly candidate: Candidate;
  /** Who had been asked before. */
  readonly failed: readonly Candidate[];
}

/**
 * Asks one candidate after the other until one answers; first those that have been asked before, so that a choice that is on record
 * is not made again. Only failures of a provider lead on to the next, and a budget with `onExceeded: 'degrade'`, within which a
 * later, cheaper model may still fit; other refusals of the gate, aborts and invalid input would be the same with every model and
 * pass through.
 * @throws {AllModelsFailedError} listing every failure.
 */
export async function firstAnswer<T>(route: Route, question: Question<T>): Promise<Answered<T>> {
  const failures: ModelFailure[] = [];
  const skipped: Candidate[] = [];
  const isShort = currentScope()?.isShortOfBudget ?? false;
  const { candidates, because } = orderOf(route, { isShort, costOf: (each) => question.costOf(each) });
  let left = candidates;
  while (left.length > 0) {
    const recalled = firstRecalled(left, question);
    const candidate = recalled ?? left[0];
    if (!candidate) break;
    left = left.filter((each) => each !== candidate);
    if (!recalled && candidate.breaker && !candidate.breaker.admits()) {
      skipped.push(candidate);
      failures.push({ candidate, error: notAsked(candidate) });
      continue;
    }
    try {
      // One after the other is the point: the next model is asked only when this one has failed.
      const answer = await question.ask(candidate, factsOf(because, skipped));
      const failed = failures.flatMap((failure) =>
        skipped.includes(failure.candidate) ? [] : failure.candidate,
      );
      return { answer, candidate, failed };
    } catch (error) {
      if (!leadsOn(error, left.length === 0)) throw error;
      failures.push({ candidate, error });
      left = leftAfter(route, error, candidate, left);
    }
  }
  throw allFailed(route, failures);
}

/** Whether another model may answer where this one has failed so. @param isLast no other is left */
function leadsOn(error: unknown, isLast: boolean): error is OrchestrationError {
  return fallbackReasonOf(error) !== undefined || (!isLast && isDegrading(error));
}

/** Who may answer after this failure. */
function leftAfter(
  { fallbackOn }: Route,
  error: OrchestrationError,
  candidate: Candidate,
  left: readonly Candidate[],
): readonly Candidate[] {
  const reason = fallbackReasonOf(error);
  if (reason && fallbackOn && !fallbackOn.includes(reason)) return [];
  return reason === 'context-length' ? largerThan(candidate, left) : left;
}

function isDegrading(error: unknown): boolean {
  return (
    error instanceof OrchestrationError &&
    error.code === 'BUDGET_EXCEEDED' &&
    error.details['onExceeded'] === 'degrade'
  );
}

/** That of them which was asked first, as the journal says. */
function firstRecalled(
  candidates: readonly Candidate[],
  { recalled }: Pick<Question<unknown>, 'recalled'>,
): Candidate | undefined {
  // Whom else to ask: keys of calls are hashes, which cost.
  if (candidates.length === 1 && !candidates[0]?.breaker) return undefined;
  const known = candidates.flatMap((candidate) => {
    const seq = recalled(candidate);
    return seq === undefined ? [] : { candidate, seq };
  });
  return known.toSorted((a, b) => a.seq - b.seq)[0]?.candidate;
}

function factsOf(because: OrderReason | undefined, skipped: readonly Candidate[]): RouteFacts | undefined {
  if (because === undefined && skipped.length === 0) return undefined;
  return {
    ...(because === undefined ? {} : { because }),
    ...(skipped.length === 0 ? {} : { skipped: skipped.map(({ name }) => name) }),
  };
}

function notAsked({ name, breaker }: Candidate): ModelCallError {
  return new ModelCallError(`${name} is not asked for now: it has failed too often of late`, {
    transient: true,
    retryAfter: breaker?.wait,
    outcome: 'not-sent',
  });
}
