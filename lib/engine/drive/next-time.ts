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
  let first = deadline ?? Infinity;
  for (const action of actions)
    if (action.kind === 'wait' && action.until !== undefined)
      first = Math.min(first, Date.parse(action.until));
  return first === Infinity ? undefined : first;
}
