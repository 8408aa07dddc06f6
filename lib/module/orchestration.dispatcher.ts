import type { Clock } from '../clock/index.js';
import { InProcessDispatcher, RunDispatcher } from '../dispatch/index.js';
import { RemoteDispatcher, type PeerProcesses, BroadcastingDispatcher } from '../leases/index.js';
import type { OrchestrationOptions } from './orchestration.options.js';

/** The dispatcher that the options ask for; else one in this process. */
export function chooseDispatcher(
  { role, dispatcher }: Pick<OrchestrationOptions, 'role' | 'dispatcher'>,
  clock: Clock,
  peers: PeerProcesses,
): RunDispatcher {
  const handsOver = role === 'start';
  const usual = handsOver ? new RemoteDispatcher(peers) : new InProcessDispatcher(clock);
  if (dispatcher === undefined) return handsOver ? usual : new BroadcastingDispatcher(usual, peers);
  return new BroadcastingDispatcher(
    dispatcher instanceof RunDispatcher ? dispatcher : dispatcher(usual),
    peers,
  );
}
