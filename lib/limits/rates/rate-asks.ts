import { milliseconds } from '../../clock/index.js';
import type { RateSubject } from '../../scope/index.js';
import { holdsForOne } from '../holds-for.js';
import type { RateLimit, RateScope } from './rate-limit.js';

/** A bucket that something has to keep to. */
export interface RateBucket {
  readonly limit: RateLimit;
  readonly key: string;
  /** `user acme/ana`, for people. */
  readonly owner: string;
  readonly unit: 'requests' | 'tokens';
  readonly capacity: number;
  /** Milliseconds. */
  readonly window: number;
}

/** A limit as it is looked at for each call: its window in milliseconds. */
export interface MeasuredLimit extends RateLimit {
  readonly span: number;
}

export function measured(limits: readonly RateLimit[]): MeasuredLimit[] {
  return limits.map((limit) => ({ ...limit, span: milliseconds(limit.window) }));
}

/** What counts as a request of a scope. */
export type RateEvent = 'start' | 'call';

const countsRequests: { readonly [scope in RateScope]: RateEvent } = {
  tenant: 'start',
  user: 'start',
  workflow: 'start',
  step: 'call',
  tool: 'call',
  model: 'call',
  agent: 'call',
};

/** Whom a call calls. */
export type Called = { readonly [scope in CalledScope]?: string | undefined };

type CalledScope = 'step' | 'tool' | 'model' | 'agent';

/**
 * The buckets of what is about to begin.
 * @param event whether it is a start, or a call in a run
 * @throws what `key` or `skipIf` throws
 */
export function bucketsOf(
  limits: readonly MeasuredLimit[],
  subject: RateSubject,
  event: RateEvent,
  called: Called = {},
): RateBucket[] {
  const names = namesOf(subject);
  return limits.flatMap((limit) => {
    const { scope, requests, tokens } = limit;
    const counts = countsRequests[scope] === event;
    const requested = isCalled(scope) ? called[scope] : names[scope];
    return [
      ...(counts ? bucketOf(limits, limit, subject, 'requests', requests, requested) : []),
      ...(event === 'call' ? bucketOf(limits, limit, subject, 'tokens', tokens, names[scope]) : []),
    ];
  });
}

function isCalled(scope: RateScope): scope is CalledScope {
  return countsRequests[scope] === 'call';
}

function bucketOf(
  limits: readonly MeasuredLimit[],
  limit: MeasuredLimit,
  subject: RateSubject,
  unit: RateBucket['unit'],
  capacity: number | undefined,
  name: string | undefined,
): RateBucket[] {
  if (capacity === undefined || name === undefined) return [];
  if (!holdsForOne(limits, limit, name, (other) => other.span === limit.span)) return [];
  if (limit.skipIf?.(subject)) return [];
  const part = limit.key?.(subject);
  const owner = `${ownerIn(limit.scope, name, subject)}${part === undefined ? '' : ` (${part})`}`;
  const window = limit.span;
  return [{ limit, key: `${unit} of ${owner}, ${capacity}/${window}`, owner, unit, capacity, window }];
}

function namesOf({ principal, ...others }: RateSubject): {
  readonly [scope in RateScope]?: string | undefined;
} {
  return { user: principal?.id, ...others };
}

/** Users are those of a tenant. */
function ownerIn(scope: RateScope, name: string, { tenant }: RateSubject): string {
  return scope === 'user' ? `user ${tenant ?? ''}/${name}` : `${scope} ${name}`;
}
