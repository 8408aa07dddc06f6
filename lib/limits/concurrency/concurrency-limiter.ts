import type { Clock } from '../../clock/index.js';
import type { RateSubject } from '../../scope/index.js';
import type { WaitingRuns } from '../waiting-runs/index.js';
import type { ConcurrencyLimit } from './concurrency-limit.js';
import { SlotLedger, type SlotLedgerPorts, type SlotsOutcome } from './slot-ledger.js';
import { SlotLines, type SlotsWanted } from './slot-lines.js';
import { limitOfSlots, ownerOfSlots, neededSlots, type Slot } from './slots.js';
import { WaitingCalls } from './waiting-calls.js';

export interface ConcurrencyPorts extends SlotLedgerPorts {
  readonly waiting: WaitingRuns;
  readonly clock: Clock;
}

/**
 * How many calls may be in flight at once. A call takes one slot of each of its limits, all of them or none, in the ledger of budgets:
 * exact over all processes, and free again when a worker is taken for dead. What finds none waits in a short line of the process, in
 * which tenants take turns. What finds no place there, or has waited there for long, is woken later, again by turns.
 */
export class ConcurrencyLimiter {
  private readonly slots: SlotLedger;
  private readonly lines: SlotLines;
  private readonly calls: WaitingCalls;

  constructor(
    private readonly limits: readonly ConcurrencyLimit[],
    ports: ConcurrencyPorts,
  ) {
    this.slots = new SlotLedger(ports, {
      taken: (owners) => this.calls.taken(owners),
      freed: (owners) => this.freed(owners),
    });
    this.lines = new SlotLines(this.slots, ports.clock, {
      paused: (owner) => this.calls.freed(owner),
      ended: (owner) => this.calls.freed(owner),
    });
    this.calls = new WaitingCalls(ports, this.slots);
  }

  get isEmpty(): boolean {
    return this.limits.length === 0;
  }

  /** The slots that a call needs. @throws what `key` or `skipIf` throws */
  slotsOf(subject: RateSubject): readonly Slot[] {
    return neededSlots(this.limits, subject);
  }

  /** Takes one of each, once there are. */
  take(wanted: SlotsWanted): Promise<SlotsOutcome> {
    return this.lines.take(wanted);
  }

  /** A run is about to wait for a limit. @returns its name */
  waitFor({ owner }: Slot): string {
    this.calls.expect(owner);
    return limitOfSlots(owner);
  }

  /** For how many calls there is room, by the name of a limit. */
  async room(limit: string): Promise<number> {
    const owner = ownerOfSlots(limit);
    const isKnown = this.limits.some(({ scope }) => owner?.startsWith(`${scope} `));
    // It holds no more.
    if (owner === undefined || !isKnown) return Infinity;
    return this.slots.room(owner);
  }

  /** Calls once runs were woken that have waited for slots. */
  listen(woken: () => void): void {
    this.calls.listen(woken);
  }

  /** Wakes runs that wait for slots: as many as there is room for, tenant by tenant. */
  wake(): Promise<void> {
    return this.calls.wake();
  }

  /** Wakes nobody any more, and keeps nobody waiting. Resolves once what is being done has ended. Never rejects. */
  stop(): Promise<void> {
    this.lines.close();
    return this.calls.stop();
  }

  private freed(owners: readonly string[]): void {
    for (const owner of owners) if (!this.lines.freed(owner)) this.calls.freed(owner);
  }
}
