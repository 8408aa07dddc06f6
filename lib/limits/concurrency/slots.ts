import type { AccountKey } from '../../journal/index.js';
import type { RateSubject } from '../../scope/index.js';
import { holdsForOne } from '../holds-for.js';
import { slotWindow } from '../slot-window.js';
import type { ConcurrencyLimit } from './concurrency-limit.js';

/** A limit that a call has to keep to: it takes one of its slots. */
export interface Slot {
  /** `tool sendMail`, `tool sendMail (acme)`. */
  readonly owner: string;
  /** How many there are. */
  readonly calls: number;
  readonly onExceeded: 'wait' | 'fail';
}

/** The slots that a call takes. @throws what `key` or `skipIf` throws */
export function neededSlots(limits: readonly ConcurrencyLimit[], subject: RateSubject): Slot[] {
  return limits.flatMap((limit) => {
    const { scope, calls, onExceeded = 'wait', key, skipIf } = limit;
    const name = subject[scope];
    const isAlike = (other: ConcurrencyLimit) => (other.key === undefined) === (key === undefined);
    if (name === undefined || !holdsForOne(limits, limit, name, isAlike)) return [];
    if (skipIf?.(subject)) return [];
    const part = key?.(subject);
    return [{ owner: `${scope} ${name}${part === undefined ? '' : ` (${part})`}`, calls, onExceeded }];
  });
}

/** The account in which the slots of an owner are set aside. */
export function accountOfSlots(owner: string): AccountKey {
  return { owner, unit: 'calls', window: slotWindow };
}

/** What the names of these limits begin with. */
export const slotLimits = 'calls of ';

/** As waits name the limit. */
export function limitOfSlots(owner: string): string {
  return `${slotLimits}${owner}`;
}

/** Whose slots a wait is for; undefined if it is for another limit. */
export function ownerOfSlots(limit: string): string | undefined {
  return limit.startsWith(slotLimits) ? limit.slice(slotLimits.length) : undefined;
}
