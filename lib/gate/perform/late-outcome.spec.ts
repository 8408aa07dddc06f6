import { describe, expect, it } from '@jest/globals';
import { LeaseLostError } from '../../errors/index.js';
import type { LateOutcome } from '../attempt.js';
import type { GateCall } from '../gate-call.js';
import { reportFenced } from './late-outcome.js';

/** What is reported of a call with that effect that has failed so after it was performed. */
function reported(effect: 'idempotent' | 'irreversible', error: Error): LateOutcome[] {
  const outcomes: LateOutcome[] = [];
  const gateCall = {
    call: { kind: 'tool', name: 'pay', effect },
    frame: { key: 'key' },
    attempt: {
      place: { step: 'act', iteration: 0, attempt: 1 },
      run: {
        definition: { name: 'Refund' },
        payloadLimit: 1_000,
        report: (outcome: LateOutcome) => void outcomes.push(outcome),
      },
    },
  };
  // Only what is read of it.
  reportFenced(gateCall as unknown as GateCall, error, 'receipt');
  return outcomes;
}

describe('a call that has happened and can not be put on record', () => {
  const lost = new LeaseLostError('another worker has the run');

  it('is told to the worker that has the run now, if it is irreversible', () => {
    expect(reported('irreversible', lost)).toEqual([
      { step: 'act', iteration: 0, key: 'key', result: 'receipt' },
    ]);
  });

  it('is told to nobody where it can be made again, or has failed for another reason', () => {
    expect(reported('idempotent', lost)).toEqual([]);
    expect(reported('irreversible', new Error('a guardrail said no'))).toEqual([]);
  });
});
