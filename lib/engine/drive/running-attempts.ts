import {
  type Action,
  cancelledBy,
  type RecordDraft,
  type RunState,
  type WorkflowDefinition,
} from '../../workflow/index.js';
import type { StepAttempt } from '../attempt/step-attempt.js';

interface SettledAttempt {
  readonly attempt: StepAttempt;
  readonly drafts: readonly RecordDraft[];
}

/** The attempts that are going on, and those that have ended and are not yet taken in. */
export class RunningAttempts {
  private readonly attempts = new Map<string, StepAttempt>();
  private settled: SettledAttempt[] = [];

  get all(): StepAttempt[] {
    return [...this.attempts.values()];
  }

  get size(): number {
    return this.attempts.size;
  }

  has(key: string): boolean {
    return this.attempts.has(key);
  }

  add(attempt: StepAttempt): void {
    this.attempts.set(attempt.name, attempt);
  }

  settle(attempt: StepAttempt, drafts: readonly RecordDraft[]): void {
    this.attempts.delete(attempt.name);
    if (drafts.length > 0) this.settled.push({ attempt, drafts });
  }

  abortAll(reason?: Error): void {
    for (const attempt of this.attempts.values()) attempt.abort(reason);
  }

  /** How many attempts of a step are going on. */
  count(step: string): number {
    let count = 0;
    for (const attempt of this.attempts.values()) if (attempt.place.step === step) count += 1;
    return count;
  }

  /** Hands over what has landed, one by one: an earlier one may have made a later one void. */
  drainSettled(
    definition: WorkflowDefinition,
    state: RunState,
    now: number,
    take: (drafts: readonly RecordDraft[]) => void,
  ): void {
    if (this.settled.length === 0) return;
    const { settled } = this;
    this.settled = [];
    for (const { attempt, drafts } of settled) {
      if (!isCurrent(state, attempt)) continue;
      take(drafts);
      if (attempt.definition.cancels.length === 0) continue;
      if (drafts.some((draft) => draft.type === 'step.completed')) {
        const skips = cancelledBy({ definition, state, now }, attempt.definition, attempt.place.item);
        take(skips.flatMap((action: Action) => (action.kind === 'record' ? [action.record] : [])));
      }
    }
  }

  /** Aborts what the run no longer needs. */
  abortStale(state: RunState): void {
    if (this.attempts.size === 0) return;
    for (const attempt of this.attempts.values())
      if (!isCurrent(state, attempt) && !attempt.stop.aborted) attempt.abort();
  }

  /** Whether anything but a compensation is going on. */
  get isBusy(): boolean {
    if (this.attempts.size === 0) return false;
    for (const { activation } of this.attempts.values()) if (activation.phase !== 'compensate') return true;
    return false;
  }
}

/** Whether what an attempt comes to still matters. */
function isCurrent(state: RunState, { activation, place, activationState }: StepAttempt): boolean {
  if (activation.phase === 'compensate') return activationState.compensation?.outcome === undefined;
  const step = state.steps.get(place.step);
  if (step?.iteration !== place.iteration) return false;
  return !isOver(step.status) && !isOver(activationState.status);
}

function isOver(status: string): boolean {
  return status === 'completed' || status === 'skipped';
}
