import { describe, expect, it } from '@jest/globals';
import { ModelCallError, StepTimeoutError } from '../../errors/index.js';
import { ScriptedModel } from '../../testing/scripted-model.js';
import { ModelCatalog } from './model-catalog.js';
import type { ModelsOptions } from '../models-options.js';

const retryOf = (options: Partial<ModelsOptions> = {}) =>
  new ModelCatalog({ providers: [new ScriptedModel('alpha')], ...options }).retry;
const busy = (retryAfter?: number) =>
  new ModelCallError('busy', { status: 429, transient: true, retryAfter });

describe('the attempts at one model', () => {
  it('are three, 500 ms apart at first', () => {
    expect(retryOf()).toMatchObject({
      attempts: 3,
      initialDelay: 500,
      maxDelay: 30_000,
      factor: 2,
      jitter: 'full',
    });
  });

  it('take durations as text', () => {
    const retry = retryOf({ retry: { initialDelay: '1ms', maxDelay: '2s' } });
    expect(retry).toMatchObject({ attempts: 3, initialDelay: 1, maxDelay: 2000 });
  });

  it('end with one that asks for a longer wait than is wanted', () => {
    const { retryOn } = retryOf({ maxRetryAfter: '10s' });
    expect([undefined, 10_000, 10_001].map((wait) => retryOn?.(busy(wait)))).toEqual([true, true, false]);
  });

  it('end with one that was silent until its time was over', () => {
    expect(retryOf().retryOn?.(new StepTimeoutError('too long'))).toBe(false);
  });

  it('end where the application says so', () => {
    expect(retryOf({ retry: { retryOn: () => false } }).retryOn?.(busy())).toBe(false);
  });
});
