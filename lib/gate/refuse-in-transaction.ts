import { NonRetryableError } from '../errors/index.js';
import type { Call } from '../scope/index.js';
import type { Attempt } from './attempt.js';

/** What can't be rolled back is not done in a transaction. @throws {NonRetryableError} always */
export function refuseInTransaction(attempt: Attempt, call: Call): never {
  throw new NonRetryableError(
    `${attempt.run.definition.name}.${attempt.place.step} is transactional: its writes can be rolled back, the ${call.kind} call ${call.name} can't. Make the call in a step before or after it.`,
  );
}
