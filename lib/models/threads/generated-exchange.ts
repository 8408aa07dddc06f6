import type { Message } from '../provider/model-provider.js';
import type { SpokenMessage } from './conversation-thread.js';
import { wholeExchanges } from './exchanges.js';

/**
 * What a generation has said, as its conversation keeps it.
 * @param asked what the model was asked with
 * @param followed what came of it; what the loop has told the model about its answers is not part of it, nor are those answers
 */
export function generatedExchange(
  asked: readonly Message[],
  followed: readonly Message[],
): readonly SpokenMessage[] {
  const kept = followed.filter(
    ({ role }, index) => role === 'tool' || (role === 'assistant' && followed[index + 1]?.role !== 'user'),
  );
  return wholeExchanges(
    [...asked.filter(({ role }) => role !== 'system'), ...kept].map((message) => ({
      message,
      agent: undefined,
    })),
  );
}
