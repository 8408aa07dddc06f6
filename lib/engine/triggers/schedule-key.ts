import type { StartEveryMetadata } from '../../decorators/index.js';
import { hashOf, toJson } from '../../values/index.js';

/**
 * The idempotency key of what a schedule starts at a time. It says which of the workflow's schedules it is: by what
 * is in it and not by its position, so that processes of two releases agree on the schedules that both have.
 */
export function scheduleKey(
  schedules: readonly StartEveryMetadata[],
  schedule: StartEveryMetadata,
  due: number,
): string {
  const identity = identityOf(schedule);
  // Those that nothing tells apart (two functions, or one decorator written twice) are counted.
  const equal = schedules.filter((other) => identityOf(other) === identity);
  const number = Math.max(0, equal.indexOf(schedule));
  return `start-every ${schedule.cron} ${identity}.${number} ${new Date(due).toISOString()}`;
}

function identityOf({ cron, timeZone, principal, input }: StartEveryMetadata): string {
  const made = typeof input === 'function';
  const facts = { cron, timeZone, principal, made, input: made ? undefined : input };
  return hashOf(toJson(facts, 'a schedule')).slice(0, 16);
}
