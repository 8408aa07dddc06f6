import { Logger } from '@nestjs/common';
import { maskedText, textLimits } from '../text/index.js';

export type LogLevel = 'error' | 'warn' | 'log' | 'debug';

const logger = new Logger('Nestor');

/**
 * Writes one line through Nest's logger: without secrets, of at most 2 kB. The host's own logger may throw: that must
 * not matter. Never throws.
 * @param stack of what was thrown, for the level `error`; at most 8 kB of it
 */
export function logSafely(level: LogLevel, line: string, stack?: string): void {
  try {
    const text = maskedText(line, textLimits.line);
    if (level === 'error' && stack !== undefined) logger.error(text, maskedText(stack, textLimits.stack));
    else logger[level](text);
  } catch {
    // Nobody is left to tell.
  }
}
