import { isAskedWait } from '../../clock/index.js';
import { AllModelsFailedError, type OrchestrationError } from '../../errors/index.js';
import { requestedDelay } from '../../gate/index.js';
import type { Candidate, Route } from './model-catalog.js';

/** What one model of an alias failed with. */
export interface ModelFailure {
  readonly candidate: Candidate;
  readonly error: OrchestrationError;
}

/** Says of every model of a route why it has not answered, and when one of them may. */
export function allFailed(route: Route, failures: readonly ModelFailure[]): AllModelsFailedError {
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

/** When the first of those that may recover can be asked again; none, if one of them has named no time. */
function shortestRetryAfter(failures: readonly ModelFailure[]): number | undefined {
  const waits = failures.filter(({ error }) => isTransient(error)).map(waitFor);
  return waits.length > 0 && waits.every(isAskedWait) ? Math.min(...waits) : undefined;
}

/** As long as it asks, and until its breaker lets it be asked. */
function waitFor({ error, candidate: { breaker } }: ModelFailure): number | undefined {
  const asked = requestedDelay(error);
  const leftOut = breaker?.wait ?? 0;
  return leftOut > 0 ? Math.max(leftOut, asked ?? 0) : asked;
}

function advice({ error }: ModelFailure): string {
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
