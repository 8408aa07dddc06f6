import type { DispatcherFactory } from '../dispatch/index.js';
import { BullmqDispatcher } from './bullmq-dispatcher.js';
import type { BullmqDispatcherOptions } from './bullmq-dispatcher.options.js';
import { checkBullmqOptions } from './check-options.js';

export type { BullmqDispatcherOptions } from './bullmq-dispatcher.options.js';

/**
 * Brings runs to whichever process has room for them, by BullMQ on Redis. Postgres stays the truth: Redis may be
 * flushed, restarted or away.
 * @throws {InvalidOptionsError}
 * @example
 * OrchestrationModule.forRoot({ dispatcher: bullmqDispatcher({ connection: { url: 'redis://redis:6379' } }) })
 */
export function bullmqDispatcher(options: BullmqDispatcherOptions): DispatcherFactory {
  checkBullmqOptions(options);
  return (usual) => new BullmqDispatcher(options, usual);
}
