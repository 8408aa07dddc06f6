import { LeaseLostError } from '../../errors/index.js';

/** What this worker knows of its own life. Kept by the heartbeat, read right before every effect. */
export class Lease {
  /** The database's clock minus the monotonic one of this process, in milliseconds. */
  private ahead: number | undefined;
  private monotonicDeadline = Number.POSITIVE_INFINITY;
  private wallDeadline = Number.POSITIVE_INFINITY;

  constructor(
    private readonly clock: { monotonic(): number; now(): number },
    /** Milliseconds after which others take this worker for dead. */
    private readonly lifetime: number,
  ) {}

  /** A heartbeat that was sent at that time has arrived. Counts from before it was sent. */
  renew(sent: { readonly monotonic: number; readonly wall: number }): void {
    this.monotonicDeadline = sent.monotonic + this.lifetime;
    this.wallDeadline = sent.wall + this.lifetime;
  }

  /** What time the database had when it answered just now, in milliseconds since the epoch. */
  correct(databaseNow: number): void {
    this.ahead = databaseNow - this.clock.monotonic();
  }

  /** The database's time, also after somebody has set the clock of this machine. Milliseconds since the epoch. */
  now(): number {
    return this.ahead === undefined ? this.clock.now() : Math.round(this.clock.monotonic() + this.ahead);
  }

  /** Monotonic time stops in a suspended machine, wall time may be set: both have to agree. */
  isAlive(): boolean {
    return this.clock.monotonic() < this.monotonicDeadline && this.clock.now() < this.wallDeadline;
  }

  /** @throws {LeaseLostError} */
  assertHeld(runId: string): void {
    if (this.isAlive()) return;
    throw new LeaseLostError(
      `This worker has not reached the database for ${this.lifetime} ms, so another one may hold run ${runId}. Nothing is performed until the next heartbeat.`,
      { details: { runId } },
    );
  }
}
