import { describe, expect, it } from '@jest/globals';
import type { StepAttempt } from '../attempt/step-attempt.js';
import { workerSnapshot } from './worker-snapshot.js';

/** What the snapshot reads of an attempt. */
function attempt(step: string, begunAt: number, item?: number): StepAttempt {
  const activation = { step, iteration: 0, item, attempt: 1 };
  const run = { state: { runId: 'run-1' }, definition: { name: 'support' } };
  return { run, activation, begunAt } as unknown as StepAttempt;
}

describe('what a worker row shows', () => {
  it('is each attempt with its run, its step and since when, the longest-lasting first', () => {
    expect(workerSnapshot(2, [attempt('late', 2_000, 0), attempt('early', 1_000)])).toEqual({
      runs: 2,
      steps: [
        { run: 'run-1', workflow: 'support', step: 'early', iteration: 0, attempt: 1, since: iso(1_000) },
        {
          run: 'run-1',
          workflow: 'support',
          step: 'late',
          iteration: 0,
          item: 0,
          attempt: 1,
          since: iso(2_000),
        },
      ],
    });
  });

  it('is at most fifty of them, and how many more there are', () => {
    const many = Array.from({ length: 51 }, (_, index) => attempt(`s${index}`, index));
    const shown = workerSnapshot(1, many);
    expect(shown).toMatchObject({ more: 1 });
    expect((shown as { steps: unknown[] }).steps).toHaveLength(50);
    expect(workerSnapshot(1, many.slice(0, 50))).not.toHaveProperty('more');
  });
});

function iso(time: number): string {
  return new Date(time).toISOString();
}
