import { describe, expect, it } from '@jest/globals';
import { draftOf, HumanReview, Step, Workflow } from './draft-of.fixture.js';
import { checkWorkflowOptions } from './options.js';

const problemsOfStep = (options: object): readonly string[] => {
  @Workflow()
  class W {
    @Step(options) a() {}
  }
  return checkWorkflowOptions(draftOf(W));
};

describe('checkOptions', () => {
  it('refuses a cache of a step that is no object, or says neither how long nor by what', () => {
    expect(problemsOfStep({ cache: true })).toEqual([
      'W.a: @Step cache is true. Write an object with options.',
    ]);
    expect(problemsOfStep({ cache: {} })).toEqual([
      'W.a: @Step cache.ttl is missing.',
      'W.a: @Step cache.key is missing.',
    ]);
  });

  it('refuses a rateLimit that limits nothing, or has no window, one by one', () => {
    @Workflow({ rateLimit: { requests: 1 } as { requests: number; window: '1m' } })
    class W {}
    expect(checkWorkflowOptions(draftOf(W))).toEqual([
      "W: @Workflow rateLimit.window is missing: a duration, such as '1m'.",
    ]);
    expect(problemsOfStep({ rateLimit: [{ window: '1m' }, { requests: 0, window: '1m' }] })).toEqual([
      'W.a: @Step rateLimit[0] limits nothing: set requests, tokens, or both.',
      'W.a: @Step rateLimit[1].requests is 0. Write a whole number of 1 or more.',
    ]);
    expect(problemsOfStep({ rateLimit: { requests: 1, window: '1m' } })).toEqual([]);
  });

  it('suggests the nearest option for one that does not exist, also deeper down', () => {
    expect(problemsOfStep({ retrys: {} })).toEqual([
      "W.a: @Step retrys is not an option. Did you mean 'retry'?",
    ]);
    expect(problemsOfStep({ retry: { atempts: 3 } })).toEqual([
      "W.a: @Step retry.atempts is not an option. Did you mean 'attempts'?",
    ]);
    expect(problemsOfStep({ constructor: 1 })).toHaveLength(1);
  });

  it.each<[string, object]>([
    ['timeout', { timeout: '5 minuets' }],
    ['timeout', { timeout: -1 }],
    ['delay', { delay: Number.NaN }],
    ['idleTimeout', { idleTimeout: null }],
    ['retry.initialDelay', { retry: { initialDelay: 'soon' } }],
    ['retry.attempts', { retry: { attempts: 0 } }],
    ['retry.factor', { retry: { factor: 0.5 } }],
    ['join', { join: 'some' }],
    ['effect', { effect: 'harmless' }],
    ['onError', { onError: 'ignore' }],
    ['when', { when: true }],
    ['forEach.concurrency', { forEach: { over: 'a', concurrency: 1.5 } }],
    ['repeat.onMax', { repeat: { from: 'a', while: () => true, max: 1, onMax: 'stop' } }],
    ['waitFor.timeout', { waitFor: { signal: 's', timeout: 'never' } }],
    ['waitFor', { waitFor: '' }],
    ['budget.usd', { budget: { usd: '1' } }],
    ['delegate', { delegate: 'child' }],
  ])('refuses a value of %s that can not be: %j', (name, options) => {
    expect(problemsOfStep(options)).toEqual([expect.stringContaining(`W.a: @Step ${name} is `)]);
  });

  it('accepts every documented option', () => {
    const problems = problemsOfStep({
      title: 'A', after: [], join: 'any', when: () => true, forEach: { over: () => [], concurrency: 2, onError: 'collect' },
      cancels: [], delay: '1s', output: class {}, retry: { attempts: 1, initialDelay: 1, maxDelay: '1s', factor: 1, jitter: 'none', retryOn: () => true },
      timeout: '5m', idleTimeout: 10, effect: 'none', onInDoubt: 'fail', fallback: 'x', onError: 'review', compensate: 'y',
      budget: { usd: 1, tokens: 1, calls: 1, onExceeded: 'pause' }, access: ['a'], delegate: class {}, routes: ['a'],
      repeat: { from: 'a', while: () => true, max: 1, onMax: 'continue' }, waitFor: { signal: 's', payload: class {}, timeout: '1d', onTimeout: 'skip' },
    }); // prettier-ignore
    expect(problems).toEqual([]);
  });

  it('checks the options of a workflow and of a review', () => {
    @Workflow({
      timeout: 'x',
      concurrency: 0,
      onChange: 'now',
      defaults: { retry: { attempts: 'many' } },
      name: ' ',
    })
    class W {
      @Step() @HumanReview({ timeout: 'x', quorum: 0, onReject: 'again', at: 'after', whem: 1 }) a() {}
    }
    expect(checkWorkflowOptions(draftOf(W)).map((problem) => problem.split(' is ')[0])).toEqual([
      'W: @Workflow timeout',
      'W: @Workflow concurrency',
      'W: @Workflow onChange',
      'W: @Workflow defaults.retry.attempts',
      'W: @Workflow name',
      'W.a: @HumanReview timeout',
      'W.a: @HumanReview quorum',
      'W.a: @HumanReview onReject',
      'W.a: @HumanReview at',
      'W.a: @HumanReview whem',
    ]);
  });
});
