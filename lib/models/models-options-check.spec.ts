import { describe, expect, it } from '@jest/globals';
import { ScriptedModel } from '../testing/scripted-model.js';
import type { ModelsOptions } from './models-options.js';
import { modelsOptionProblems } from './models-options-check.js';

const openai = new ScriptedModel('openai');
const problems = (options: Partial<ModelsOptions>) =>
  modelsOptionProblems({ providers: [openai], ...options });

describe('modelsOptionProblems', () => {
  it('finds nothing wrong with good options', () => {
    expect(
      problems({
        aliases: { fast: ['openai/a', 'openai/b'], smart: 'openai/c/d' },
        default: 'fast',
        timeout: '10s',
        maxRetryAfter: 0,
      }),
    ).toEqual([]);
    expect(problems({ default: 'openai/gpt-5-mini' })).toEqual([]);
  });

  it.each([
    [{ providers: [] }, 'models.providers is empty'],
    [{ providers: [openai, new ScriptedModel('openai')] }, "two have the name 'openai'"],
    [{ providers: [new ScriptedModel('a/b')] }, "'a/b' can't be the name"],
    [{ aliases: { fast: 'opnai/x' } }, "has none of that name. Did you mean 'openai'?"],
    [{ aliases: { fast: [] } }, 'models.aliases.fast is empty'],
    [{ aliases: { fast: 'gpt-5-mini' } }, "'gpt-5-mini' is not written 'provider/model'"],
    [{ aliases: { fast: 'openai/' } }, 'is not written'],
    [{ aliases: { fast: 'openai/a', all: ['fast'] } }, "'fast' is an alias itself"],
    [{ aliases: { 'a/b': 'openai/a' } }, 'reads like a model'],
    [{ aliases: { fast: 'openai/a' }, default: 'fats' }, "Did you mean 'fast'?"],
    [{ default: 'nobody/x' }, "needs a provider 'nobody'"],
    [{ maxTokens: 0 }, 'models.maxTokens is 0'],
    [{ maxTurns: 1.5 }, 'models.maxTurns is 1.5'],
    [{ retry: { attempts: 0 } }, 'models.retry.attempts is 0'],
    [{ retry: { initialDelay: 'soon' as '1s' } }, 'models.retry.initialDelay'],
    [{ retry: { maxDelay: -1 } }, 'models.retry.maxDelay'],
    [{ retry: { factor: 0 } }, 'models.retry.factor'],
    [{ retry: { jitter: 'half' as 'full' } }, 'models.retry.jitter'],
    [{ retry: { retryOn: true as never } }, 'models.retry.retryOn'],
    [{ retry: { attempt: 3 } as object }, "Did you mean 'attempts'?"],
    [{ retry: 3 as never }, 'models.retry is 3'],
    [{ timeout: 'soon' as '1s' }, 'models.timeout'],
    [{ maxRetryAfter: 'soon' as '1s' }, 'models.maxRetryAfter'],
    [{ maxRetryAfter: -1 }, 'models.maxRetryAfter'],
    [{ maxRetryAfter: Number.NaN }, 'models.maxRetryAfter'],
  ] satisfies [Partial<ModelsOptions>, string][])('refuses %j', (options, message) => {
    expect(problems(options).join('\n')).toContain(message);
  });

  it('lists all problems at once', () => {
    expect(problems({ aliases: { fast: 'x', slow: 'y' }, default: 'z', maxTokens: -1 })).toHaveLength(4);
  });
});
