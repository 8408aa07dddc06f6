import { isAskedWait } from '../../clock/index.js';
import { AllModelsFailedError, type ErrorCode, OrchestrationError } from '../../errors/index.js';
import { requestedDelay } from '../../gate/index.js';
import type { Candidate, Route } from './model-catalog.js';

/** What one model of an alias failed with. */
interface Failure {
  readonly candidate: Candidate;
  readonly error: OrchestrationError;
}

/**
 * Asks one candidate after the other until one answers. Only failures of a provider lead on to the next, and a budget
 * with `onExceeded: 'degrade'`, within which a later, cheaper model may still fit; other refusals of the gate, aborts
 * and invalid input would be the same with every model and pass through.
 * @throws {AllModelsFailedError} listing every failure.
 */
export async function firstAnswer<T>(
  route: Route,
  ask: (candidate: Candidate) => Promise<T>,
): Promise<{ readonly answer: T; readonly candidate: Candidate }> {
  const failures: Failure[] = [];
  for (const candidate of route.candidates) {
    try {
      // One after the other is the point: the next model is asked only when this one has failed.
      return { answer: await ask(candidate), candidate };
    } catch (error) {
      const isLast = candidate === route.candidates.at(-1);
      if (!isProviderFailure(error) && (isLast || !isDegrading(error))) throw error;
      failures.push({ candidate, error });
    }
  }
  throw allFailed(route, failures);
}

/** The same route, beginning with the model that answered last: one that failed isn't asked again in the same conversation. */
export function startingWith(route: Route, candidate: Candidate): Route {
  const [first = candidate, ...others] = route.candidates.slice(route.candidates.indexOf(candidate));
  return { ...route, candidates: [first, ...others] };
}

/**
 * What a provider fails with: an answer that did not come, or not in time, and what a provider of the host's throws to say
 * that it has asked nobody, or wants to be asked later.
 */
const providerFailures: ReadonlySet<string> = new Set<ErrorCode>([
  'MODEL_CALL_FAILED',
  'STEP_TIMEOUT',
  'NOT_PERFORMED',
  'RETRY_AFTER',
]);

/** By code, since an error that comes back from the journal has another class. */
function isProviderFailure(error: unknown): error is OrchestrationError {
  return error instanceof OrchestrationError && providerFailures.has(error.code);
}

function isDegrading(error: unknown): error is OrchestrationError {
  return (
    error instanceof OrchestrationError &&
    error.code === 'BUDGET_EXCEEDED' &&
    error.details['onExceeded'] === 'degrade'
  );
}

function allFailed(route: Route, failures: readonly Failure[]): AllModelsFailedError {
  const asked = route.alias === undefined ? 'The model' : `All models of the alias '${route.alias}'`;
  const list = failures.map(
    (failure) => `${failure.candidate.name}: ${failure.error.message}${advice(failure)}`,
  );
  const retryAfter = shortestRetryAfter(failures);
  const hint = retryAfter === undefined ? '' : `. The first of them may answer in ${inSeconds(retryAfter)}`;
  return new AllModelsFailedError(`${asked} failed: ${list.join('; ')}${hint}`, {
    cause: failures.at(-1)?.error,
    details: {
      failures: failures.map(({ candidate, error }) => ({
        model: candidate.name,
        code: error.code,
        message: error.message,
        ...present(error, 'status', 'outcome'),
        ...defined('retryAfter', requestedDelay(error)),
        transient: isTransient(error),
      })),
      // So that the step's own retry needn't look into the causes: another attempt helps if any of them may recover.
      transient: failures.some(({ error }) => isTransient(error)),
      ...defined('retryAfter', retryAfter),
    },
  });
}

function isTransient(error: OrchestrationError): boolean {
  return error.code !== 'MODEL_CALL_FAILED' || error.details['transient'] === true;
}

/** When the first of those that may recover wants to be asked again; none, if one of them has named no time. */
function shortestRetryAfter(failures: readonly Failure[]): number | undefined {
  const waits = failures.filter(({ error }) => isTransient(error)).map(({ error }) => requestedDelay(error));
  return waits.length > 0 && waits.every(isAskedWait) ? Math.min(...waits) : undefined;
}

function advice({ error }: Failure): string {
  const wait = requestedDelay(error);
  return wait === undefined ? '' : ` (it asks to wait ${inSeconds(wait)})`;
}

function inSeconds(wait: number): string {
  return `${Math.ceil(wait / 1000)} s`;
}

function defined(name: string, value: unknown): Record<string, unknown> {
  return value === undefined ? {} : { [name]: value };
}

function present({ details }: OrchestrationError, ...names: readonly string[]): Record<string, unknown> {
  return Object.assign({}, ...names.map((name) => defined(name, details[name])));
}
