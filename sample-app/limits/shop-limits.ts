import type { ConcurrencyLimit, RateLimit, SharedBudget } from 'nestjs-nestor';

/** What a shop may spend. The offline model costs nothing, so tokens and requests are counted as well as dollars. */
export const budgets: readonly SharedBudget[] = [
  {
    scope: 'tenant',
    usd: 20,
    tokens: 2_000_000,
    window: '1d',
    timeZone: 'Europe/Berlin',
    warnAt: 0.8,
    onExceeded: 'pause',
  },
  // The smaller shop has the smaller plan.
  {
    scope: 'tenant',
    for: 'harbour',
    usd: 5,
    tokens: 400_000,
    window: '1d',
    timeZone: 'Europe/Berlin',
    warnAt: 0.8,
    onExceeded: 'pause',
  },
];

/** How much may begin. A portal brings the tickets of many people. */
export const rateLimits: readonly RateLimit[] = [
  { scope: 'tenant', requests: 600, window: '1m' },
  { scope: 'tenant', for: 'harbour', requests: 120, window: '1m' },
  {
    scope: 'user',
    requests: 60,
    window: '1m',
    skipIf: ({ principal }) => principal?.roles.includes('support-portal') ?? false,
  },
];

/** How many calls of models and tools may be in flight at once: the shops take turns with what there is. */
export const concurrencyLimits: readonly ConcurrencyLimit[] = [
  { scope: 'tenant', calls: 16 },
  { scope: 'tenant', for: 'harbour', calls: 4 },
];
