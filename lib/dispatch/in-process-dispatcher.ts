import { errorText, logSafely, toErrorData } from '../errors/index.js';
import type { Clock } from '../clock/index.js';
import type { Wake } from './run-dispatcher.js';
import { LocalDispatcher, type RunSlots } from './run-slots.js';
import { WakeQueue } from './wake-queue.js';

/** Wakes that are kept while nobody takes them. More are dropped: the sweep finds their runs. */
const longestQueue = 100_000;

/** Hands wakes to a worker in this process. */
export class InProcessDispatcher extends LocalDispatcher implements RunSlots {
  readonly slots: RunSlots = this;
  private readonly queue = new WakeQueue();
  private readonly active = new Set<string>();
  /** Wakes that came while their run was being handled: it is looked at once more afterwards. */
  private readonly again = new Map<string, Wake>();
  private handler: ((wake: Wake) => Promise<void>) | undefined;
  private nudge: ((wake: Wake) => boolean) | undefined;
  private concurrency = 0;
  private reserved = 0;
  private closed = false;
  private idle: (() => void) | undefined;

  constructor(private readonly clock: Clock) {
    super();
  }

  dispatch(wakes: readonly Wake[]): void {
    if (this.closed) return;
    for (const wake of wakes) {
      if (this.active.has(wake.runId)) {
        if (!this.nudge?.(wake)) this.again.set(wake.runId, wake);
      } else if (this.queue.size < longestQueue) this.queue.add(wake);
    }
    this.next();
  }

  async listen(
    handler: (wake: Wake) => Promise<void>,
    concurrency: number,
    nudge?: (wake: Wake) => boolean,
  ): Promise<void> {
    this.handler = handler;
    this.nudge = nudge;
    this.concurrency = concurrency;
    this.next();
  }

  reserve(count: number): number {
    // Those that wait already come first.
    if (this.closed || !this.handler || this.queue.size > 0) return 0;
    const slots = Math.max(0, Math.min(count, this.concurrency - this.active.size - this.reserved));
    this.reserved += slots;
    return slots;
  }

  release(count: number): void {
    this.reserved -= count;
    this.next();
  }

  begin(runId: string, work: () => Promise<void>): void {
    this.reserved -= 1;
    this.active.add(runId);
    void this.handle({ runId, reason: 'created' }, work);
  }

  async close(timeoutMs: number): Promise<void> {
    this.closed = true;
    this.queue.clear();
    this.again.clear();
    if (this.active.size === 0) return;
    await new Promise<void>((resolve) => {
      const deadline = this.clock.after(timeoutMs, resolve);
      this.idle = () => {
        deadline.cancel();
        resolve();
      };
    });
  }

  private next(): void {
    while (this.handler && this.active.size + this.reserved < this.concurrency) {
      const wake = this.queue.take();
      if (!wake) return;
      this.active.add(wake.runId);
      // `handle` never rejects.
      void this.handle(wake, this.handler);
    }
  }

  private async handle(wake: Wake, handler: (wake: Wake) => Promise<void>): Promise<void> {
    try {
      await handler(wake);
    } catch (error) {
      logSafely(
        'error',
        `Run ${wake.runId} was given up for now: ${errorText(error)}`,
        toErrorData(error).stack,
      );
    }
    this.active.delete(wake.runId);
    const missed = this.again.get(wake.runId);
    this.again.delete(wake.runId);
    if (missed) this.queue.add(missed);
    if (this.active.size === 0) this.idle?.();
    this.next();
  }
}
