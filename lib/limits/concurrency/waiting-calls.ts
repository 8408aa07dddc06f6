import type { Clock } from '../../clock/index.js';
import { errorText, logSafely } from '../../errors/index.js';
import type { WaitingRun, WaitingRuns } from '../waiting-runs/index.js';
import type { SlotLedger } from './slot-ledger.js';
import { ownerOfSlots, slotLimits } from './slots.js';
import { takeTurns } from './take-turns.js';

export interface WaitingCallsPorts {
  readonly waiting: WaitingRuns;
  readonly clock: Pick<Clock, 'after'>;
}

/** Most runs of one limit and tenant that one look wakes. */
const mostAtOnce = 100;
/** Milliseconds after which runs are looked for, once there is room: what becomes free meanwhile is given away together. */
const delay = 20;

/** The runs that wait until there are slots. */
export class WaitingCalls {
  /** Owners of slots for which runs wait, as far as this process knows, with how many slots it has taken since the last look. */
  private expected = new Map<string, number>();
  /** By owner: the tenant that was woken last. */
  private readonly last = new Map<string, string | undefined>();
  private isLooking = false;
  private isStopped = false;
  private waking: Promise<void> | undefined;
  private woken: () => void = () => undefined;

  constructor(
    private readonly ports: WaitingCallsPorts,
    private readonly slots: Pick<SlotLedger, 'room'>,
  ) {}

  /** A run is about to wait. */
  expect(owner: string): void {
    if (!this.expected.has(owner)) this.expected.set(owner, 0);
  }

  /** This process has taken slots. */
  taken(owners: readonly string[]): void {
    for (const owner of owners) {
      const before = this.expected.get(owner);
      if (before !== undefined) this.expected.set(owner, before + 1);
    }
  }

  /** Calls once runs were woken. */
  listen(woken: () => void): void {
    this.woken = woken;
  }

  /** A slot has become free that nobody in this process waits for, or may take. */
  freed(owner: string): void {
    if (this.isStopped || this.isLooking || !this.expected.has(owner)) return;
    this.isLooking = true;
    this.ports.clock.after(delay, () => {
      this.isLooking = false;
      if (this.isStopped) return;
      // The sweep looks as well.
      this.waking = this.wake().catch((error: unknown) =>
        logSafely('warn', `Runs that wait for calls in flight could not be woken: ${errorText(error)}`),
      );
    });
  }

  /** Looks for nobody any more. Resolves once the last look is over. Never rejects. */
  async stop(): Promise<void> {
    this.isStopped = true;
    await this.waking;
  }

  /** Makes as many runs due as there is room for, or as will probably have their turn soon. */
  async wake(): Promise<void> {
    const taken = this.expected;
    this.expected = new Map();
    const waiting = await this.ports.waiting.list(slotLimits, mostAtOnce);
    const byOwner = new Map<string, WaitingRun[]>();
    for (const run of waiting) {
      const owner = ownerOfSlots(run.limit) ?? run.limit;
      byOwner.set(owner, [...(byOwner.get(owner) ?? []), run]);
    }
    for (const owner of this.last.keys()) if (!byOwner.has(owner)) this.last.delete(owner);
    const woken: string[] = [];
    for (const [owner, runs] of byOwner) {
      this.expect(owner);
      woken.push(...(await this.turnsOf(owner, runs, taken.get(owner) ?? 0)).map(({ runId }) => runId));
    }
    if (woken.length === 0) return;
    await this.ports.waiting.wake(woken);
    this.woken();
  }

  /** @param taken since the last look: as many will probably be taken until the next, where new calls leave no room */
  private async turnsOf(
    owner: string,
    runs: readonly WaitingRun[],
    taken: number,
  ): Promise<readonly WaitingRun[]> {
    const count = Math.max(taken, await this.slots.room(owner));
    const woken = takeTurns(runs, this.last.get(owner)).slice(0, count);
    const last = woken.at(-1);
    if (last) this.last.set(owner, last.tenant);
    return woken;
  }
}
