import type { RunDispatcher } from '../../dispatch/index.js';
import type { LateOutcome } from '../../gate/index.js';
import type { Journal } from '../../journal/index.js';
import { derivedId } from '../../values/index.js';

export interface LateOutcomePorts {
  readonly journal: Pick<Journal, 'post'>;
  readonly dispatcher: Pick<RunDispatcher, 'dispatch'>;
}

/** Leaves the holder of a run a message about a call; told twice, it is one message. Never rejects: it is a help, no more. */
export async function postLateOutcome(
  { journal, dispatcher }: LateOutcomePorts,
  runId: string,
  { workerId, now }: { readonly workerId: string; readonly now: number },
  outcome: LateOutcome,
): Promise<void> {
  try {
    await journal.post(runId, {
      id: derivedId(runId, outcome.key, 'late-outcome'),
      actor: { kind: 'system', id: workerId },
      at: new Date(now).toISOString(),
      body: { kind: 'late-outcome', ...outcome },
    });
    dispatcher.dispatch([{ runId, reason: 'inbox' }]);
  } catch {
    // The call stays in doubt, which a person resolves.
  }
}
