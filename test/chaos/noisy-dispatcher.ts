import { setTimeout as pause } from 'node:timers/promises';
import { RunDispatcher, type Wake } from 'nestjs-nestor';

/** Loses, doubles, delays and reorders wakes: they are hints. */
export class NoisyDispatcher extends RunDispatcher {
  private held: Wake[] = [];

  constructor(private readonly inner: RunDispatcher) {
    super();
  }

  dispatch(wakes: readonly Wake[]): void {
    for (const wake of wakes) {
      const chance = Math.random();
      if (chance < 0.1) continue;
      if (chance < 0.2) void this.later(wake);
      else if (chance < 0.3) void this.reordered(wake);
      else this.inner.dispatch(chance < 0.4 ? [wake, wake] : [wake]);
    }
  }

  listen(...args: Parameters<RunDispatcher['listen']>): Promise<void> {
    return this.inner.listen(...args);
  }

  override reserve(count: number): number {
    return this.inner.reserve(count);
  }

  override giveBack(count: number): void {
    this.inner.giveBack(count);
  }

  override begin(runId: string, work: () => Promise<void>): void {
    this.inner.begin(runId, work);
  }

  close(timeoutMs: number): Promise<void> {
    return this.inner.close(timeoutMs);
  }

  private async later(wake: Wake): Promise<void> {
    await pause(Math.random() * 500, undefined, { ref: false });
    this.inner.dispatch([wake]);
  }

  /** Those that came within a moment, the last one first. */
  private async reordered(wake: Wake): Promise<void> {
    this.held.push(wake);
    if (this.held.length > 1) return;
    await pause(100, undefined, { ref: false });
    const wakes = this.held.toReversed();
    this.held = [];
    this.inner.dispatch(wakes);
  }
}
