import type { Call } from '../scope/index.js';
import type { RateGrant, Reservation, SlotGrant } from '../limits/index.js';
import type { Usage } from '../values/index.js';
import type { Flight } from './cache/flight.js';
import type { AbortSource } from './perform/abort-source.js';
import type { Deadline } from './perform/deadline.js';

/** What tells a call from all others of its step. */
export interface CallName {
  readonly key: string;
  readonly argumentsHash: string;
  readonly occurrence: number;
}

const noKeys: ReadonlySet<string> = new Set();

/** What is set aside for a call. */
export interface FrameBudget {
  /** The most that it may use. */
  readonly most: Usage;
  readonly reservation: Reservation | undefined;
}

/** A call in flight. Calls made by its body are nested in it. */
export class CallFrame {
  /** It waits, or a call below it does: it will not continue in this attempt. */
  suspended = false;
  /** Equal calls wait for it. */
  flight: Flight | undefined;
  /** What calls below it observe: aborts with its own time, and when its body has ended. */
  nestedAbort: AbortSource | undefined;
  /** The time that its body has. */
  deadline: Deadline | undefined;
  /** What is set aside for it. */
  budget: FrameBudget | undefined;
  /** What it has taken under rate limits. */
  rates: RateGrant | undefined;
  /** What it has of limits for calls in flight. */
  slots: SlotGrant | undefined;
  /** It waits in the process until it may be made. */
  isInLine = false;
  /** Keys of calls that its body, which begins again, makes again although they are remembered. */
  repeated: ReadonlySet<string> = noKeys;
  /** The agent that makes it, itself or by a call above it. */
  readonly agent: string | undefined;
  private known: CallName | undefined;
  private hasEnded = false;
  private readonly waiting: (() => void)[] = [];

  /** @param naming asked when the name is first needed: that of a plain step never is, and hashes cost */
  constructor(
    readonly call: Call,
    readonly parent: CallFrame | undefined,
    private readonly naming: () => CallName,
  ) {
    this.agent = call.agent ?? parent?.agent;
  }

  get name(): CallName {
    return (this.known ??= this.naming());
  }

  get key(): string {
    return this.name.key;
  }

  /** Resolves when it has come to its end, which a suspended one never does. */
  done(): Promise<void> {
    return this.hasEnded ? Promise.resolve() : new Promise((resolve) => void this.waiting.push(resolve));
  }

  end(): void {
    this.hasEnded = true;
    for (const resolve of this.waiting.splice(0)) resolve();
  }
}

/** Marks a frame and every frame that it is nested in. */
export function markSuspended(frame: CallFrame): void {
  for (let one: CallFrame | undefined = frame; one; one = one.parent) {
    one.suspended = true;
    // They can't wait for what may take days, and go on by themselves.
    one.flight?.land({ kind: 'gone' });
  }
}

/** The irreversible call that a frame is nested in, if any. */
export function irreversibleAbove(frame: CallFrame): CallFrame | undefined {
  let one = frame.parent;
  while (one && one.call.effect !== 'irreversible') one = one.parent;
  return one;
}

export function isNestedIn(frame: CallFrame, above: CallFrame): boolean {
  for (let one = frame.parent; one; one = one.parent) if (one === above) return true;
  return false;
}
