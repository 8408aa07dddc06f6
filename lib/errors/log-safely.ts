import { Logger } from '@nestjs/common';
import { boundedText, textLimits } from '../text/index.js';

const logger = new Logger('Nestor');

/** Writes one bounded line through Nest's logger. The host's own logger may throw: that must not matter. */
export function logSafely(level: 'error' | 'warn' | 'debug', line: string): void {
  try {
    logger[level](boundedText(line, textLimits.line));
  } catch {
    // Nobody is left to tell.
  }
}
