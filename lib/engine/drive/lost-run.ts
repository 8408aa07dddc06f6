import { errorCode, isConnectionError } from '../../database/index.js';
import { LeaseLostError, logSafely, toErrorData } from '../../errors/index.js';

/** The error for code that still runs for a run that another worker holds now. */
export function lost(runId: string): LeaseLostError {
  return new LeaseLostError(`This worker no longer holds run ${runId}; another one continues with it.`, {
    details: { runId },
  });
}

/** The epoch or the database was lost: nothing of the run's own. SQLSTATEs have five characters. */
export function isLoss(error: unknown): boolean {
  return (
    error instanceof LeaseLostError ||
    isConnectionError(error) ||
    /^[0-9A-Z]{5}$/.test(errorCode(error) ?? '')
  );
}

/** Says why a worker has dropped a run that others will take up. */
export function reportDrop(runId: string, error: unknown): void {
  const { message, stack } = toErrorData(error);
  if (error instanceof LeaseLostError) logSafely('warn', message);
  else logSafely('error', `Run ${runId} could not continue and will be taken up again: ${message}`, stack);
}
