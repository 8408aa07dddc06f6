import { type Action, type RunState, runDeadline, type WorkflowDefinition } from '../../workflow/index.js';

/**
 * When the first of the times is reached that a run waits for, in milliseconds since the epoch; undefined where it waits for
 * none.
 * @param isRunning attempts are in flight, which the time limit of the run ends
 */
export function nextTime(
  actions: readonly Action[],
  { definition, state }: { readonly definition: WorkflowDefinition; readonly state: RunState },
  isRunning: boolean,
): number | undefined {
  const deadline = isRunning ? runDeadline(definition, state) : undefined;
  const times = actions.flatMap((action) =>
    action.kind === 'wait' && action.until !== undefined ? [Date.parse(action.until)] : [],
  );
  const all = deadline === undefined ? times : [...times, deadline];
  return all.length === 0 ? undefined : Math.min(...all);
}
