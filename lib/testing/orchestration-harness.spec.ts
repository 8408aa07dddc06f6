import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { Test } from '@nestjs/testing';
import { OrchestrationModule } from '../module/index.js';
import { OrchestrationHarness } from './orchestration-harness.js';

describe('OrchestrationHarness', () => {
  afterEach(() => {
    jest.useRealTimers();
    jest.restoreAllMocks();
  });

  it('keeps its worker alive while a test takes its time, however long that is', async () => {
    // Only intervals are the test's: everything else happens as it would.
    jest.useFakeTimers({
      doNotFake: [
        'Date',
        'performance',
        'hrtime',
        'nextTick',
        'queueMicrotask',
        'setImmediate',
        'clearImmediate',
        'setTimeout',
        'clearTimeout',
      ],
    });
    const module = await Test.createTestingModule({
      imports: [OrchestrationModule.forRoot({ persistence: 'memory' })],
    }).compile();
    const t = await OrchestrationHarness.from(module);
    const [now, monotonic] = [Date.now(), performance.now()];
    for (let passed = 4_000; passed <= 40_000; passed += 4_000) {
      jest.spyOn(Date, 'now').mockReturnValue(now + passed);
      jest.spyOn(performance, 'now').mockReturnValue(monotonic + passed);
      await jest.advanceTimersByTimeAsync(4_000);
    }
    expect(await t.orchestrator.workers()).toMatchObject([{ alive: true }]);
    await t.close();
    expect(jest.getTimerCount()).toBe(0);
  });
});
