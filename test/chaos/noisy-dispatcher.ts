import { setTimeout as pause } from 'node:timers/promises';
import type { RunDispatcher, Wake } from 'nestjs-nestor';
import { LocalDispatcher, type RunSlots, slotsOf } from '../../lib/dispatch/index.js';

/** Loses, doubles, delays and reorders wakes: they are hints. */
export class NoisyDispatcher extends LocalDispatcher {
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

  get slots(): RunSlots {
    return slotsOf(this.inner);
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
