import type { RunEvents } from '../events/index.js';
import type { Neighbours } from '../leases/index.js';
import type { RunRests } from './run-rests.js';
import type { RunResult } from './run-result.js';

/** Tells that a run may have come to rest, in this process or in another one. */
export class RunNews {
  /** Something of the run has happened in this process: whatever follows is heard without asking for it. */
  isLocal = false;
  private rung = false;
  private rest: RunResult | undefined;
  private wake: (() => void) | undefined;
  private readonly stops: readonly (() => void)[];

  /** @param isDrivenHere it is known already that it is driven in this process */
  constructor(
    runId: string,
    events: RunEvents,
    neighbours: Neighbours,
    rests: RunRests,
    isDrivenHere: boolean,
  ) {
    this.isLocal = isDrivenHere;
    const subscription = isDrivenHere ? undefined : events.of(runId).subscribe(() => (this.isLocal = true));
    this.stops = [
      neighbours.watch(runId, () => this.ring(undefined)),
      rests.listen(runId, (result) => this.ring(result)),
      () => subscription?.unsubscribe(),
    ];
  }

  /**
   * Until there is news; at most that many milliseconds. News that came before counts once.
   * @returns what the run has come to, if it was this process that brought it there
   */
  async next(most: number): Promise<RunResult | undefined> {
    if (!this.rung) await this.heard(most);
    const { rest } = this;
    this.rung = false;
    this.rest = undefined;
    return rest;
  }

  stop(): void {
    for (const stop of this.stops) stop();
  }

  private heard(most: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, most);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  private ring(result: RunResult | undefined): void {
    this.rung = true;
    this.rest = result;
    this.wake?.();
  }
}
