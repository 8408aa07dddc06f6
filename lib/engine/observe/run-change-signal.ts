import type { RunEvents } from '../../events/index.js';
import type { PeerProcesses } from '../../leases/index.js';
import type { LocalSettlements } from './local-settlements.js';
import type { RunResult } from '../api/run-result.js';

/** Signals that a run may be idle, in this process or in another one. */
export class RunChangeSignal {
  /** Something of the run has happened in this process: whatever follows is heard without asking for it. */
  isLocal = false;
  private notified = false;
  private settlement: RunResult | undefined;
  private wake: (() => void) | undefined;
  private readonly stops: readonly (() => void)[];

  /** @param isDrivenHere it is known already that it is driven in this process */
  constructor(
    runId: string,
    events: RunEvents,
    peers: Pick<PeerProcesses, 'watch'>,
    settlements: LocalSettlements,
    isDrivenHere: boolean,
  ) {
    this.isLocal = isDrivenHere;
    const subscription = isDrivenHere ? undefined : events.of(runId).subscribe(() => (this.isLocal = true));
    this.stops = [
      peers.watch(runId, () => this.notify(undefined)),
      settlements.listen(runId, (result) => this.notify(result)),
      () => subscription?.unsubscribe(),
    ];
  }

  /**
   * Until there is news; at most that many milliseconds. News that came before counts once.
   * @returns what the run has come to, if it was this process that brought it there
   */
  async next(most: number): Promise<RunResult | undefined> {
    if (!this.notified) await this.wait(most);
    const { settlement } = this;
    this.notified = false;
    this.settlement = undefined;
    return settlement;
  }

  stop(): void {
    for (const stop of this.stops) stop();
  }

  private wait(most: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, most);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  private notify(result: RunResult | undefined): void {
    this.notified = true;
    this.settlement = result;
    this.wake?.();
  }
}
