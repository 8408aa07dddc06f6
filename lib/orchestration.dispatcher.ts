import type { Clock } from './clock/index.js';
import { InProcessDispatcher, RunDispatcher } from './dispatch/index.js';
import { HandOverDispatcher, type Neighbours, TellingDispatcher } from './leases/index.js';
import type { OrchestrationOptions } from './orchestration.options.js';

/** The dispatcher that the options ask for; else one in this process. */
export function chooseDispatcher(
  { role, dispatcher }: Pick<OrchestrationOptions, 'role' | 'dispatcher'>,
  clock: Clock,
  neighbours: Neighbours,
): RunDispatcher {
  const handsOver = role === 'start';
  const usual = handsOver ? new HandOverDispatcher(neighbours) : new InProcessDispatcher(clock);
  if (dispatcher === undefined) return handsOver ? usual : new TellingDispatcher(usual, neighbours);
  return new TellingDispatcher(
    dispatcher instanceof RunDispatcher ? dispatcher : dispatcher(usual),
    neighbours,
  );
}
