import { until as eventually } from '../until.js';

/** Until something has happened in this process; it happens by itself, without any clock. */
export function until(happened: () => boolean): Promise<void> {
  return eventually('what the test waits for', happened, 20_000);
}

/** Something that a test opens by hand. */
export class Latch {
  private open: (() => void) | undefined;
  private opened: Promise<void> | undefined;

  /** Resolves when the test opens it; at once, if nothing was closed. */
  passed(): Promise<void> {
    return this.opened ?? Promise.resolve();
  }

  shut(): void {
    this.opened = new Promise((resolve) => (this.open = resolve));
  }

  release(): void {
    this.open?.();
    this.opened = undefined;
  }
}
