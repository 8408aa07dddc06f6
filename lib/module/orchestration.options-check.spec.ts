import { describe, expect, it } from '@jest/globals';
import { InvalidOptionsError } from '../errors/index.js';
import { OrchestrationModule } from './orchestration.module.js';
import { optionProblems } from './orchestration.options-check.js';
import type { OrchestrationOptions } from './orchestration.options.js';

/** What the types refuse, plain JavaScript can write. */
const problems = (options: Record<string, unknown>) => optionProblems(options as OrchestrationOptions);

describe('options of the module', () => {
  it('are accepted as they are documented', () => {
    expect(
      problems({
        concurrency: 10,
        payloadLimit: 1_000,
        role: 'work',
        drainTimeout: '30s',
        dedicatedConnection: false,
        audit: { retention: '90d' },
        persistence: 'memory',
        dataSource: 'runs',
        isGlobal: false,
        principal: () => undefined,
        dispatcher: () => undefined,
        guardrails: [],
        models: undefined,
      }),
    ).toEqual([]);
  });

  it('are refused by an unknown name, with the nearest one', () => {
    expect(problems({ concurency: 5 })).toEqual(["concurency is not an option. Did you mean 'concurrency'?"]);
    expect(problems({ audit: { retentoin: '1d' } })).toEqual([
      "audit.retentoin is not an option. Did you mean 'retention'?",
    ]);
  });

  it.each([
    ['concurrency', 0],
    ['concurrency', 1.5],
    ['payloadLimit', '1MB'],
    ['role', 'worker'],
    ['drainTimeout', 'soon'],
    ['dedicatedConnection', 'no'],
    ['persistence', 'memroy'],
    ['dataSource', ''],
    ['isGlobal', 'yes'],
    ['access', { check: () => true }],
    ['guardrails', 'pii'],
    ['principal', 'user'],
    ['dispatcher', 'bullmq'],
  ])('are refused where they make no sense: %s: %p', (name, value) => {
    const found = problems({ [name]: value });
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(new RegExp(`^${name} (is|has to be) `));
  });

  it('are refused at once where they decide what the module is made of, and beside a factory', () => {
    expect(() => OrchestrationModule.forRoot({ persistence: 'memroy' as 'memory' })).toThrow(
      InvalidOptionsError,
    );
    const async = { useFactory: () => ({}), inject: [], imports: [], persistance: 'memory' };
    expect(() => OrchestrationModule.forRootAsync(async)).toThrow(
      "persistance is not an option. Did you mean 'persistence'?",
    );
    const local = OrchestrationModule.forRootAsync({ useFactory: () => ({}), isGlobal: false });
    expect(local).toMatchObject({ module: OrchestrationModule, global: false });
  });
});
