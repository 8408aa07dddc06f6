import { expect, it } from '@jest/globals';
import type { RunState } from '../../workflow/index.js';
import type { HeldRun } from '../held-run/held-run.js';
import { openingRecord } from './boundary-records.js';

/** A run as far as its first record is concerned. */
function opened(state: Pick<RunState, 'seq' | 'status' | 'activeMs'>) {
  const { type, payload } = openingRecord({ state, now: () => 0 } as unknown as HeldRun, 'worker-1');
  return { type, ...payload };
}

it('a run that never ran is started, also a fork with records of another run', () => {
  const started = { type: 'run.started', worker: 'worker-1' };
  expect(opened({ seq: 1, status: 'pending', activeMs: 0 })).toEqual(started);
  expect(opened({ seq: 9, status: 'pending', activeMs: 0 })).toEqual(started);
});

it('a run that ran before is resumed: retried, woken, or left behind by a worker', () => {
  expect(opened({ seq: 9, status: 'pending', activeMs: 1 })).toEqual({ type: 'run.resumed', reason: 'wake' });
  expect(opened({ seq: 9, status: 'waiting', activeMs: 0 })).toEqual({ type: 'run.resumed', reason: 'wake' });
  expect(opened({ seq: 9, status: 'running', activeMs: 0 })).toEqual({
    type: 'run.resumed',
    reason: 'recovered',
  });
});
