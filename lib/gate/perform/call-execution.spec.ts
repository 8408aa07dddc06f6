import { expect, it } from '@jest/globals';
import { SystemClock } from '../../clock/index.js';
import { LeaseLostError } from '../../errors/index.js';
import type { Call } from '../../scope/index.js';
import type { GateCall } from '../gate-call.js';
import { AbortSource } from './abort-source.js';
import { type CallExecution, performWithRetries } from './call-execution.js';

it('performs nothing for a run that was lost while the kill switch was being read', async () => {
  let isHeld = true;
  let performed = 0;
  const call = { kind: 'tool', name: 'pay', perform: () => performed++ } as unknown as Call;
  const attempt = {
    run: {
      assertHeld: () => {
        if (!isHeld) throw new LeaseLostError('another worker holds it');
      },
    },
    stop: new AbortSource(),
    frames: new Set(),
    occurrences: { restart: () => undefined },
    scope: {},
  };
  // What this way through the gate asks for.
  const gateCall = { attempt, call, frame: { key: 'k', call } } as unknown as GateCall;
  const execution = (clearance: CallExecution['clearance']) =>
    ({ gateCall, args: {}, clearance, sent: () => undefined }) as unknown as CallExecution;
  const slow = async () => {
    await Promise.resolve();
    isHeld = false;
  };
  const clock = new SystemClock();
  await performWithRetries(
    clock,
    execution(() => undefined),
  );
  expect(performed).toBe(1);
  await expect(performWithRetries(clock, execution(slow))).rejects.toThrow(LeaseLostError);
  expect(performed).toBe(1);
});
