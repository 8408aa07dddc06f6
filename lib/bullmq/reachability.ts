import { Logger } from '@nestjs/common';
import { maskSecrets } from '../errors/index.js';

/** Whether Redis answers, as far as anybody here knows; says so when that changes, and only then. */
export class Reachability {
  private readonly logger = new Logger('Nestor');
  private isDown = false;

  get isLost(): boolean {
    return this.isDown;
  }

  lost(reason: unknown): void {
    if (this.isDown) return;
    this.isDown = true;
    const why = reason instanceof Error ? reason.message || reason.name : String(reason);
    this.logger.warn(
      `Redis is out of reach (${maskSecrets(why)}). Wakes are handled without it until it is back; nothing is lost.`,
    );
  }

  found(): void {
    if (!this.isDown) return;
    this.isDown = false;
    this.logger.log('Redis is back: wakes go over it again.');
  }
}
