/** Where time comes from. Outside tests: the system's clocks. */
export abstract class Clock {
  /** Milliseconds since the epoch. */
  abstract now(): number;
  /** What tests have moved the clock by, in milliseconds; 0 outside tests. SQL statements add it to the database's time. */
  abstract offset(): number;
  /** Milliseconds on a clock that is never set back. */
  abstract monotonic(): number;
  /** Waits on purpose (backoff). Resolves early, without an error, once `signal` aborts. */
  abstract sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
  /** Calls `fire` after that time unless cancelled first: deadlines. Never keeps the process alive. */
  abstract after(milliseconds: number, fire: () => void): { cancel(): void };
}
