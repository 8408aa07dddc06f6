import type { BudgetLedger } from '../budgets/budget-ledger.js';
import { accountOfSlots, type Slot } from './slots.js';

/** Slots that a call has. */
export interface SlotGrant {
  readonly owners: readonly string[];
  /** They are free again. Again it does nothing. */
  release(): void;
}

/** `full`: the slot that there was none of. */
export type SlotsOutcome =
  | { readonly outcome: 'taken'; readonly grant: SlotGrant }
  | { readonly outcome: 'full'; readonly slot: Slot };

export interface SlotLedgerPorts {
  readonly ledger: BudgetLedger;
  /** Of this process; another one after it was taken for dead. */
  workerId(): string;
}

/** What becomes of slots in this process. */
export interface SlotEvents {
  taken(owners: readonly string[]): void;
  /** They are free again. */
  freed(owners: readonly string[]): void;
}

/** The slots of limits in the ledger of budgets, where calls in flight are what is set aside. */
export class SlotLedger {
  private readonly rooms = new Map<string, Promise<number>>();

  constructor(
    private readonly ports: SlotLedgerPorts,
    private readonly events: SlotEvents,
  ) {}

  /** Takes all of them, or none. */
  async reserve(slots: readonly Slot[]): Promise<SlotsOutcome> {
    const { ledger } = this.ports;
    const workerId = this.ports.workerId();
    const entries = slots.map(({ owner, calls }) => {
      return { ...accountOfSlots(owner), amount: 1, limit: calls, warnAt: undefined };
    });
    const reserved = await ledger.reserve(workerId, entries);
    if (reserved.outcome === 'refused') {
      const slot = slots.find(({ owner }) => owner === reserved.standing.owner) ?? slots[0];
      if (slot) return { outcome: 'full', slot };
    }
    const owners = slots.map(({ owner }) => owner);
    this.events.taken(owners);
    return { outcome: 'taken', grant: this.grantOf(workerId, owners) };
  }

  /** How many are free; Infinity where nobody has ever taken one. Many that ask at the same time have one answer. */
  room(owner: string): Promise<number> {
    const asked = this.rooms.get(owner);
    if (asked) return asked;
    const room = this.look(owner).finally(() => this.rooms.delete(owner));
    this.rooms.set(owner, room);
    return room;
  }

  private async look(owner: string): Promise<number> {
    const { ledger } = this.ports;
    // What this process has given back counts at once.
    await ledger.fold();
    const [standing] = await ledger.standings([accountOfSlots(owner)]);
    return standing ? standing.limit - standing.used - standing.reserved : Infinity;
  }

  private grantOf(workerId: string, owners: readonly string[]): SlotGrant {
    let isFree = false;
    return {
      owners,
      release: () => {
        if (isFree) return;
        isFree = true;
        this.ports.ledger.settle(
          owners.map((owner) => ({ ...accountOfSlots(owner), workerId, estimate: 1, actual: 0 })),
        );
        this.events.freed(owners);
      },
    };
  }
}
