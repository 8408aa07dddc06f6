import { callerInWords, type ResolvedPrincipals } from '../../access/index.js';
import { errorText, logSafely } from '../../errors/index.js';
import { disabledInWords } from '../../gate/index.js';
import type { InboxMessage } from '../../journal/index.js';
import { doneBySystem, type RecordDraft, type RunState } from '../../workflow/index.js';

/** Whether the principals of runs that go on after a wait are still there. */
export class RunPrincipals {
  /** @param principals absent where the host has no resolver */
  constructor(private readonly principals: ResolvedPrincipals | undefined) {}

  /** Whether the host has a resolver. */
  get isAsked(): boolean {
    return this.principals !== undefined;
  }

  /** What pauses a run whose principal is disabled; nothing for others. Never rejects. */
  async pauseOf(
    { created, runId, paused }: RunState,
    messages: readonly InboxMessage[],
    now: number,
  ): Promise<readonly RecordDraft[]> {
    const { principal } = created;
    const staysPaused = paused && !messages.some(({ body }) => body.kind === 'resume');
    if (!this.principals || !principal || staysPaused) return [];
    try {
      if (await this.principals.current(principal)) return [];
    } catch (error) {
      // It is asked again before something irreversible, which an error stops.
      logSafely('warn', `The principal of run ${runId} could not be looked up: ${errorText(error)}`);
      return [];
    }
    const reason = disabledInWords(callerInWords(principal));
    return [doneBySystem('principals', now, 'pause.requested', { reason })];
  }
}
