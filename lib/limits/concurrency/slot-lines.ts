import type { Clock } from '../../clock/index.js';
import { Line, type Place } from './line.js';
import type { SlotGrant, SlotLedger, SlotsOutcome } from './slot-ledger.js';
import type { Slot } from './slots.js';

/** Who wants slots, and how long it may wait for them in the process. */
export interface SlotsWanted extends Place {
  /** At least one. */
  readonly slots: readonly Slot[];
  /** Milliseconds. */
  readonly patience: number;
  readonly signal: AbortSignal;
}

interface WaitingPlace extends Place {
  readonly slots: readonly Slot[];
  /** Of the line in which it is. */
  slot: Slot;
  /** Slots are being asked for. */
  isAsking: boolean;
  /** Its time has run out meanwhile. */
  isLate: boolean;
  /** It has what it wants, or has left. */
  isOver: boolean;
  take(grant: SlotGrant): void;
  leave(): void;
  fail(error: unknown): void;
}

interface SlotLine {
  readonly line: Line<WaitingPlace>;
  /** Milliseconds since the epoch, when this process began to take what it gives back, and until when it leaves it to others. */
  turnBegan: number;
  pausedUntil: number;
  isAsked: boolean;
  isServing: boolean;
}

/** Milliseconds for which a process takes the slots again that it gives back, and for which it leaves them to others then. */
const turn = 1_000;
const pause = 100;
/** Milliseconds between two looks for slots that other processes have given back: at least, and at random up to twice as many. */
const look = 50;

/** What the lines of a process tell. */
export interface LineEvents {
  /** Slots are left to others, since the turn of this process is over. */
  paused(owner: string): void;
  /** Nobody is in line any more. */
  ended(owner: string): void;
}

/**
 * The lines of one process, which takes what it gives back for a turn. Then it pauses: other processes may have it, and runs that
 * are woken to wait in its own lines.
 */
export class SlotLines {
  private readonly lines = new Map<string, SlotLine>();
  private isLooking = false;
  private isClosed = false;

  constructor(
    private readonly ledger: Pick<SlotLedger, 'reserve'>,
    private readonly clock: Pick<Clock, 'now' | 'after'>,
    private readonly events: LineEvents,
  ) {}

  /** @throws what the ledger throws */
  async take(wanted: SlotsWanted): Promise<SlotsOutcome> {
    const crowded = wanted.slots.find(({ owner }) => this.lines.has(owner));
    const found: SlotsOutcome = crowded
      ? { outcome: 'full', slot: crowded }
      : await this.ledger.reserve(wanted.slots);
    if (found.outcome === 'taken' || found.slot.onExceeded === 'fail') return found;
    if (this.isClosed && wanted.mayLeave()) return found;
    return this.wait(wanted, found.slot);
  }

  /** The process ends: who may leave is kept waiting no longer, and nobody joins who may. */
  close(): void {
    this.isClosed = true;
    for (const { line } of this.lines.values()) for (const place of line.leaving()) place.leave();
  }

  /** A slot of this process has become free. @returns whether somebody is in line for it */
  freed(owner: string): boolean {
    const line = this.lines.get(owner);
    if (!line) return false;
    const now = this.clock.now();
    if (now < line.pausedUntil) return true;
    if (now - line.turnBegan < turn) this.serve(owner, line);
    else {
      Object.assign(line, { turnBegan: now + pause, pausedUntil: now + pause });
      this.events.paused(owner);
    }
    return true;
  }

  private wait(wanted: SlotsWanted, slot: Slot): Promise<SlotsOutcome> {
    return new Promise((resolve, reject) => {
      const over = () => {
        place.isOver = true;
        timer.cancel();
        wanted.signal.removeEventListener('abort', leave);
      };
      const leave = () => {
        over();
        this.remove(place);
        resolve({ outcome: 'full', slot: place.slot });
      };
      const place: WaitingPlace = {
        tenant: wanted.tenant,
        hasWaited: wanted.hasWaited,
        mayLeave: () => wanted.mayLeave(),
        slots: wanted.slots,
        slot,
        isAsking: false,
        isLate: false,
        isOver: false,
        take: (grant) => {
          over();
          resolve({ outcome: 'taken', grant });
        },
        leave,
        fail: (error) => {
          over();
          reject(error);
        },
      };
      const timer = this.clock.after(wanted.patience, () => {
        place.isLate = true;
        // What it gets in the last moment is not wasted.
        if (!place.isAsking) leave();
      });
      wanted.signal.addEventListener('abort', leave);
      if (wanted.signal.aborted) leave();
      else this.join(place);
    });
  }

  private join(place: WaitingPlace): void {
    const { owner, calls } = place.slot;
    const line = this.lines.get(owner) ?? {
      line: new Line<WaitingPlace>(calls),
      turnBegan: this.clock.now(),
      pausedUntil: 0,
      isAsked: false,
      isServing: false,
    };
    this.lines.set(owner, line);
    line.line.join(place)?.leave();
    this.lookLater();
    // It was woken for this.
    if (place.hasWaited && this.clock.now() < line.pausedUntil) {
      line.pausedUntil = 0;
      this.serve(owner, line);
    }
  }

  private remove(place: WaitingPlace): void {
    const { owner } = place.slot;
    const line = this.lines.get(owner);
    line?.line.leave(place);
    this.forgetEmpty(owner, line);
  }

  private forgetEmpty(owner: string, line: SlotLine | undefined): void {
    if (!line || line.line.length > 0 || line.isServing) return;
    this.lines.delete(owner);
    this.events.ended(owner);
  }

  private lookLater(): void {
    if (this.isLooking || this.lines.size === 0) return;
    this.isLooking = true;
    this.clock.after(look * (1 + Math.random()), () => {
      this.isLooking = false;
      const now = this.clock.now();
      for (const [owner, line] of this.lines) if (now >= line.pausedUntil) this.serve(owner, line);
      this.lookLater();
    });
  }

  /** Gives what is free to those in line. Never throws. */
  private serve(owner: string, line: SlotLine): void {
    line.isAsked = true;
    if (line.isServing) return;
    line.isServing = true;
    const serveAll = async () => {
      while (line.isAsked) {
        line.isAsked = false;
        await this.serveOnce(owner, line.line);
      }
      line.isServing = false;
      this.forgetEmpty(owner, line);
    };
    void serveAll();
  }

  /** Until nothing is free, or nobody is in line. Never rejects. */
  private async serveOnce(owner: string, line: Line<WaitingPlace>): Promise<void> {
    for (let place = line.next(); place; place = line.next()) {
      place.isAsking = true;
      try {
        const found = await this.ledger.reserve(place.slots);
        place.isAsking = false;
        if (found.outcome === 'taken') {
          if (place.isOver) found.grant.release();
          else place.take(found.grant);
          continue;
        }
        if (place.isOver) continue;
        const isOfOther = found.slot.owner !== owner;
        place.slot = found.slot;
        const goes = place.isLate || (this.isClosed && place.mayLeave());
        if (goes || found.slot.onExceeded === 'fail') place.leave();
        else if (isOfOther) this.join(place);
        else line.putBack(place);
        if (!isOfOther) return;
      } catch (error) {
        if (!place.isOver) place.fail(error);
      }
    }
  }
}
