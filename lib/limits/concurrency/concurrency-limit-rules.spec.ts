import { describe, expect, it } from '@jest/globals';
import { concurrencyLimitProblems } from './concurrency-limit-rules.js';

describe('the option `concurrencyLimits`', () => {
  it('takes limits for each and for one, and one more of the same that is split', () => {
    const key = () => 'a';
    const limits = [
      { scope: 'tool', calls: 10 },
      { scope: 'tool', calls: 2, key },
      { scope: 'tool', for: 'print', calls: 1, onExceeded: 'fail', skipIf: () => false },
      { scope: 'tenant', calls: 10 },
    ];
    expect(concurrencyLimitProblems(limits)).toEqual([]);
  });

  it.each<[unknown, string]>([
    [{}, 'has to be a list'],
    [[1], 'concurrencyLimits[0] has to be an object'],
    [[{ calls: 1 }], 'concurrencyLimits[0].scope is missing: one of tenant, model, tool.'],
    [[{ scope: 'user', calls: 1 }], 'concurrencyLimits[0].scope'],
    [[{ scope: 'tool' }], 'concurrencyLimits[0].calls is missing'],
    [[{ scope: 'tool', calls: 0 }], 'concurrencyLimits[0].calls'],
    [[{ scope: 'tool', calls: 1.5 }], 'concurrencyLimits[0].calls'],
    [[{ scope: 'tool', calls: 1, window: '1m' }], 'window'],
    [[{ scope: 'tool', calls: 1, onExceeded: 'pause' }], 'concurrencyLimits[0].onExceeded'],
    [
      [
        { scope: 'tool', calls: 1 },
        { scope: 'tool', calls: 2 },
      ],
      'concurrencyLimits[1] is of the same scope and name as concurrencyLimits[0]: make one of them.',
    ],
  ])('refuses %j', (limits, problem) => {
    expect(concurrencyLimitProblems(limits).join('\n')).toContain(problem);
  });
});
