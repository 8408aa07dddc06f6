import { describe, expect, it } from '@jest/globals';
import { plainStep as step, type StepDefinition, type WorkflowDefinition } from './definition.js';
import { definitionHash } from './definition-hash.js';

type Draft = Omit<WorkflowDefinition, 'hash'>;

const review = {
  at: 'output',
  roles: ['lead'],
  users: [],
  quorum: 1,
  separationOfDuties: true,
  onTimeout: 'reject',
  escalation: [],
  onReject: 'fail',
} as const;

const steps = [
  step('a'),
  step('b', { dependencies: ['a'], review }),
  step('c', { dependencies: ['b', 'a'] }),
];
const draft: Draft = { name: 'w', version: '1', steps, result: 'c', onChange: 'refuse' };

const withB = (changes: Partial<StepDefinition>): Draft => ({
  ...draft,
  steps: [step('a'), step('b', { dependencies: ['a'], review, ...changes }), steps[2] ?? step('c')],
});

describe('definitionHash', () => {
  it.each<[string, Draft]>([
    ['functions', withB({ when: undefined, retry: { ...step('b').retry, retryOn: () => false } })],
    ['retries', withB({ retry: { ...step('b').retry, attempts: 9 } })],
    ['timeouts', withB({ timeout: 1, idleTimeout: 1 })],
    ['roles', withB({ review: { ...review, roles: ['chief'] }, access: ['chief'] })],
    ['budgets', { ...withB({ budget: { usd: 1 } }), budget: { usd: 2 } }],
    ['titles', { ...withB({ title: 'B' }), description: 'text' }],
    ['the version', { ...draft, version: '2' }],
    ['the order of methods', { ...draft, steps: steps.toReversed() }],
    [
      'the order of dependencies',
      { ...draft, steps: [...steps.slice(0, 2), step('c', { dependencies: ['a', 'b'] })] },
    ],
  ])('stays the same when %s change', (_what, changed) => {
    expect(definitionHash(changed)).toBe(definitionHash(draft));
  });

  it.each<[string, Draft]>([
    ['the name', { ...draft, name: 'x' }],
    ['the result', { ...draft, result: 'b' }],
    ['a step', { ...draft, steps: [...steps, step('d')] }],
    ['an edge', withB({ dependencies: [] })],
    ['join', withB({ join: 'any' })],
    ['a condition', withB({ when: () => true })],
    ['routes', withB({ routes: ['c'] })],
    ['forEach', withB({ forEach: { over: 'a', concurrency: 8, onError: 'fail' } })],
    ['repeat', withB({ repeat: { from: 'a', while: () => true, max: 2, onMax: 'fail' } })],
    ['a signal', withB({ waitFor: { signal: 's', onTimeout: 'fail' } })],
    ['delegation', withB({ delegate: 'child' })],
    ['cancels', withB({ cancels: ['c'] })],
    ['a delay', withB({ delay: 10 })],
    ['a fallback', withB({ fallback: { name: 'f', parameters: [] } })],
    ['onError', withB({ onError: 'skip' })],
    ['compensation', withB({ compensate: { name: 'undo', parameters: [] } })],
    ['where a rejection leads', withB({ review: { ...review, onReject: { repeat: 'a', max: 1 } } })],
  ])('changes with %s', (_what, changed) => {
    expect(definitionHash(changed)).not.toBe(definitionHash(draft));
  });
});
