import { type Call, currentScope, type PerformContext, type RetryPolicy } from '../../scope/index.js';
import { asProviderFailure } from '../provider/provider-failure.js';
import { fallbackReasonOf, isOfItsHealth } from './fallback-reason.js';
import type { Candidate, ModelCatalog } from './model-catalog.js';

/** What a call of a model is known by, beside its arguments. */
export function modelCall({ name }: Candidate) {
  return { kind: 'model', name } as const;
}

/** What holds for all calls of a model. @param timeout milliseconds of one attempt */
export function callTo(candidate: Candidate, catalog: ModelCatalog, timeout = catalog.timeout) {
  const { retry } = catalog;
  return {
    ...modelCall(candidate),
    effect: 'none',
    onInDoubt: 'retry',
    retry: retryOf(candidate, retry),
    timeout,
  } as const;
}

/** Where in the journal it is that a model was asked this, if it is. */
export function recalledAt(call: Pick<Call, 'kind' | 'name' | 'arguments' | 'position'>): number | undefined {
  const recalled = currentScope()?.recalled(call);
  // One that is known by its position may have been of another model.
  return recalled?.name === call.name ? recalled.seq : undefined;
}

/** One request to a vendor: what it fails with is an error of ours, and the breaker is told how it went. */
export async function askGuarded<T>(
  { name, breaker }: Candidate,
  { signal }: Pick<PerformContext, 'signal'>,
  request: () => Promise<T>,
): Promise<T> {
  try {
    const answer = await request();
    breaker?.answered();
    return answer;
  } catch (error) {
    const failure = asProviderFailure(error, name, signal);
    // What it was told to stop for: its time was over, or it is not wanted any more.
    if (isOfItsHealth(fallbackReasonOf(signal.aborted ? signal.reason : failure))) breaker?.failed();
    throw failure;
  }
}

/** A model that is left out from now on is not asked again. */
function retryOf({ breaker }: Candidate, retry: RetryPolicy): RetryPolicy {
  if (!breaker) return retry;
  return { ...retry, retryOn: (error) => breaker.wait === 0 && (retry.retryOn?.(error) ?? true) };
}
