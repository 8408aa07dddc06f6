import type { Clock } from '../../clock/index.js';
import { StepTimeoutError } from '../../errors/index.js';
import { AbortSource } from './abort-source.js';

export interface DeadlineLimits {
  /** Aborts from outside: cancel, a failed sibling, a lost lease. */
  readonly outside: AbortSource;
  /** Milliseconds. */
  readonly timeout?: number | undefined;
  readonly idleTimeout?: number | undefined;
  /** For messages. */
  where(): string;
}

/** The time that a body of code has. */
export class Deadline {
  /** Aborts when the time is over, or from outside. */
  readonly stop = new AbortSource();
  private timer: { cancel(): void } | undefined;
  private idle: { cancel(): void } | undefined;
  /** On the clock that is never set back, in milliseconds. */
  private endsAt = Infinity;
  private idleUntil = Infinity;
  /** Those that let it stand still. */
  private pauses = 0;
  /** Milliseconds that were left when it began to stand still. */
  private left = Infinity;
  private isReleased = false;
  private readonly unlisten: () => void;

  constructor(
    private readonly clock: Clock,
    private readonly limits: DeadlineLimits,
  ) {
    this.unlisten = limits.outside.listen(() => this.stop.abort(limits.outside.reason));
  }

  /** A sign of life. */
  readonly heartbeat = (): void => {
    const { idleTimeout } = this.limits;
    this.idle?.cancel();
    if (idleTimeout === undefined || this.stop.aborted || this.pauses > 0) return;
    this.idle = this.clock.after(idleTimeout, () => this.expire('idleTimeout', idleTimeout));
    this.idleUntil = this.clock.monotonic() + idleTimeout;
  };

  /** Milliseconds until the time is over, if there is no other sign of life. */
  remaining(): number {
    return Math.min(this.endsAt, this.idleUntil) - this.clock.monotonic();
  }

  /** Lets time run for what continues: settles as `work` does, or rejects when the time is over; whichever comes first. */
  race<T>(work: PromiseLike<T>): Promise<T> {
    this.left = this.limits.timeout ?? Infinity;
    if (this.pauses === 0) this.run();
    return new Promise<T>((resolve, reject) => {
      this.stop.listen(() => {
        this.release();
        reject(this.stop.reason as Error);
      });
      // Whatever it does after it has lost the race is nobody's concern any more, and no unhandled rejection.
      work.then(
        (value) => {
          this.release();
          resolve(value);
        },
        (error: unknown) => {
          this.release();
          reject(error as Error);
        },
      );
    });
  }

  /** Stands still until `resume` was called as often. */
  pause(): void {
    this.pauses += 1;
    if (this.pauses > 1) return;
    this.cancelTimers();
    if (this.endsAt < Infinity) this.left = this.endsAt - this.clock.monotonic();
    this.endsAt = Infinity;
    this.idleUntil = Infinity;
  }

  resume(): void {
    this.pauses -= 1;
    if (this.pauses === 0 && !this.isReleased && !this.stop.aborted) this.run();
  }

  private run(): void {
    const { timeout } = this.limits;
    if (timeout !== undefined && this.left < Infinity) {
      const left = Math.max(0, this.left);
      this.timer = this.clock.after(left, () => this.expire('timeout', timeout));
      this.endsAt = this.clock.monotonic() + left;
    }
    this.heartbeat();
  }

  /** Nothing is timed any more. */
  release(): void {
    this.isReleased = true;
    this.unlisten();
    this.cancelTimers();
  }

  private cancelTimers(): void {
    this.timer?.cancel();
    this.idle?.cancel();
    this.timer = undefined;
    this.idle = undefined;
  }

  private expire(option: 'timeout' | 'idleTimeout', time: number): void {
    this.stop.abort(
      new StepTimeoutError(
        `${this.limits.where()} took longer than its ${option} of ${time} ms. Make it quicker, let it observe ctx.abortSignal, or raise ${option}.`,
        { details: { [option]: time } },
      ),
    );
  }
}

export function isPromise<T>(value: T | PromiseLike<T>): value is PromiseLike<T> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}
