import { errorMessage, logSafely } from '../errors/index.js';

/** Whether Redis answers, as far as anybody here knows; says so when that changes, and only then. */
export class Reachability {
  private isDown = false;

  get isLost(): boolean {
    return this.isDown;
  }

  lost(reason: unknown): void {
    if (this.isDown) return;
    this.isDown = true;
    logSafely(
      'warn',
      `Redis is out of reach (${errorMessage(reason)}). Wakes are handled without it until it is back; nothing is lost.`,
    );
  }

  found(): void {
    if (!this.isDown) return;
    this.isDown = false;
    logSafely('log', 'Redis is back: wakes go over it again.');
  }
}
