import { LeaseLostError } from '../errors/index.js';

/** Of a run that this worker drops, since others may have it. */
export function lost(runId: string): LeaseLostError {
  return new LeaseLostError(`This worker no longer holds run ${runId}; another one goes on with it.`, {
    details: { runId },
  });
}
