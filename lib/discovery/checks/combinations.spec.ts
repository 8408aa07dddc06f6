import { describe, expect, it } from '@jest/globals';
import { checkCombinations } from './combinations.js';
import { draftOf, HumanReview, Step, Workflow } from './draft-of.fixture.js';

function problemsOf(options: object, review?: object): readonly string[] {
  class W {
    a() {}
  }
  const descriptor = { value: W.prototype.a };
  Step(options)(W.prototype, 'a', descriptor);
  if (review) HumanReview(review)(W.prototype, 'a', descriptor);
  Workflow()(W);
  return checkCombinations(draftOf(W));
}

describe('checkCombinations', () => {
  it.each<[string, object, object | undefined]>([
    ['waitFor and forEach', { waitFor: 's', forEach: 'b' }, undefined],
    ['routes and forEach', { routes: ['b'], forEach: 'c' }, undefined],
    ['routes and delegate', { routes: ['b'], delegate: class {} }, undefined],
    ['transactional and delegate', { transactional: true, delegate: class {} }, undefined],
    ['transactional and a review', { transactional: true }, {}],
    [
      'transactional and rateLimit',
      { transactional: true, rateLimit: { requests: 1, window: '1m' } },
      undefined,
    ],
    ['transactional and effect', { transactional: true, effect: 'irreversible' }, undefined],
    ['approved by time', { effect: 'irreversible' }, { at: 'before', timeout: '1d', onTimeout: 'approve' }],
    ['routes without names', { routes: [] }, undefined],
    ['waitFor.onTimeout without waitFor.timeout', { waitFor: { signal: 's', onTimeout: 'skip' } }, undefined],
    ['without escalateTo', {}, { timeout: '1d', onTimeout: 'escalate' }],
    ['nobody would ever be asked', {}, { escalateTo: 'boss' }],
    ['onTimeout but without timeout', {}, { onTimeout: 'approve' }],
    ['nobody else', {}, { by: 'starter', quorum: 2 }],
  ])('refuses %s', (text, options, review) => {
    const problems = problemsOf(options, review);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(text);
    expect(problems[0]).toMatch(/^W\.a has/);
  });

  it.each<[string, object, object | undefined]>([
    ['forEach and delegate', { forEach: 'b', delegate: class {} }, undefined],
    ['waitFor and delegate', { waitFor: 's', delegate: class {} }, undefined],
    ['waitFor and routes', { waitFor: 's', routes: ['b'] }, undefined],
    ['an escalation', {}, { timeout: '1d', onTimeout: 'escalate', escalateTo: ['boss'] }],
  ])('accepts %s', (_text, options, review) => {
    expect(problemsOf(options, review)).toEqual([]);
  });
});
