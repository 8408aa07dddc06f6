import { type Action, activationKey, freeSlots, type RecordDraft, stepNamed } from '../../workflow/index.js';
import type { RunningAttempts } from './running-attempts.js';
import type { HeldRun } from '../held-run/held-run.js';
import { isEnd } from './run-end.js';

type Perform = Extract<Action, { kind: 'perform' }>;

/** What should be going on and is not yet, within the `concurrency` of each `forEach`. */
export function attemptsToStart(
  actions: readonly Action[],
  { definition, state }: HeldRun,
  running: RunningAttempts,
  isHalted = false,
): Perform[] {
  let starting: Map<string, number> | undefined;
  return actions.filter(isPerform).filter(({ activation }) => {
    // A pause, or the kill switch, lets what is in flight end, and undoing continues.
    if ((state.paused || isHalted) && activation.phase !== 'compensate') return false;
    if (running.has(activationKey(activation))) return false;
    if (activation.item === undefined) return true;
    const step = stepNamed(definition, activation.step);
    const limit = step ? freeSlots(step, state.steps.get(step.name)?.items) : 1;
    starting ??= new Map();
    const before = starting.get(activation.step) ?? running.count(activation.step);
    starting.set(activation.step, before + 1);
    return before < limit;
  });
}

export function isPerform(action: Action): action is Perform {
  return action.kind === 'perform';
}

/** What must wait until everything in flight has ended: undoing, what people are asked before it, and the end itself. */
export function belongsToEnding(action: Action): boolean {
  switch (action.kind) {
    case 'perform':
      return action.activation.phase === 'compensate';
    case 'record':
      return isEnd(action.record) || asksAboutDoubt(action.record);
    case 'wait':
      return action.ending === true;
    case 'admit':
      return false;
  }
}

/** The plan asks this only before the end; a running attempt asks by itself. */
function asksAboutDoubt(draft: RecordDraft): boolean {
  return draft.type === 'review.requested' && draft.payload.kind === 'in-doubt';
}
