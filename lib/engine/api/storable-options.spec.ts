import { expect, it } from '@jest/globals';
import type { StartOptions } from './start-options.js';
import { storableOptions } from './storable-options.js';

it.each<[string, StartOptions]>([
  ['a tag with NUL', { tags: ['good', 'b\0d'] }],
  ['a tag that is not a text', { tags: [7 as never] }],
  ['tags that are not a list', { tags: 'urgent' as never }],
  ['a tag that is too long', { tags: ['x'.repeat(513)] }],
  ['more than 200 tags', { tags: Array.from({ length: 201 }, (_, index) => `tag-${index}`) }],
  ['an idempotency key with a lone surrogate', { idempotencyKey: '\ud800' }],
  ['a correlation id with NUL', { correlationId: 'a\0b' }],
  ['a budget that limits nothing', { budget: { usd: Number.NaN } }],
])('a start with %s is refused', (_what, options) => {
  expect(() => storableOptions('support', options)).toThrow(
    expect.objectContaining({ code: 'INPUT_VALIDATION', message: expect.stringContaining('support') }),
  );
});

it('what is changed after the start changes nothing', () => {
  const tags = ['a'];
  const budget = { calls: 1 };
  const options = storableOptions('support', { tags, budget });
  tags.push('b');
  budget.calls = 2;
  expect(options).toEqual({ tags: ['a'], budget: { calls: 1 } });
});
