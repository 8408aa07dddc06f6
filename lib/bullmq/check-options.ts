import { InvalidOptionsError } from '../errors/index.js';
import type { BullmqDispatcherOptions } from './bullmq-dispatcher.options.js';

/** @throws {InvalidOptionsError} that lists all problems */
export function checkBullmqOptions(options: BullmqDispatcherOptions): void {
  const { connection, prefix } = options;
  const problems: string[] = [];
  if (typeof connection !== 'object' || connection === null)
    problems.push(`'connection' is missing: give { host, port }, { url }, or a client.`);
  if (prefix !== undefined && (typeof prefix !== 'string' || prefix === ''))
    problems.push(`'prefix' has to be a text that is not empty.`);
  if (problems.length === 0) return;
  throw new InvalidOptionsError(`The options of bullmqDispatcher are wrong: ${problems.join(' ')}`, {
    details: { problems },
  });
}
