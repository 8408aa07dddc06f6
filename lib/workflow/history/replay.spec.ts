import { describe, expect, it } from '@jest/globals';
import { plainStep, type WorkflowDefinition } from '../definition/definition.js';
import type { RunRecord } from '../records/record.js';
import { replay } from './replay.js';
import { newRunState } from '../state/state.js';
import { viewOf } from '../state/view.js';

const definition: WorkflowDefinition = {
  name: 'w',
  version: '1',
  hash: 'h',
  steps: [
    plainStep('a'),
    plainStep('b', { dependencies: ['a'] }),
    plainStep('later', { dependencies: ['b'] }),
  ],
  result: 'later',
  onChange: 'refuse',
};

const runId = '0199f0a0-0000-7000-8000-000000000001';
const at = '2026-11-20T12:00:00.000Z';
const actor = { kind: 'system', id: 'worker' };
const seal = { salt: '', payloadHash: '', hash: '' };
const created = {
  runId,
  seq: 1,
  type: 'run.created',
  at,
  actor,
  ...seal,
  payload: { workflow: 'w', definitionHash: 'h', format: 1, input: null },
  // A record as the journal gives it, without what a replay does not read.
} as unknown as RunRecord<'run.created'>;

const skipped = (reason: string) =>
  ({
    runId,
    seq: 2,
    type: 'step.skipped',
    step: 'a',
    iteration: 0,
    at,
    actor,
    ...seal,
    payload: { reason },
  }) as unknown as RunRecord;

const divergent = (record: RunRecord) =>
  replay(definition, [created, record]).divergences.some(({ recorded }) => recorded.startsWith(record.type));

describe('replaying a step that was skipped', () => {
  it.each(['cancelled', 'error', 'rejected', 'timeout'])(
    'tells of no change where another step or a person has stopped it (%s)',
    (reason) => {
      expect(divergent(skipped(reason))).toBe(false);
    },
  );

  it.each(['when', 'routes', 'dependencies'])(
    'tells of a change where the plan would have performed it today (%s)',
    (reason) => {
      expect(divergent(skipped(reason))).toBe(true);
    },
  );
});

describe('what a function of a step sees', () => {
  it('says by `in` whose output there may be', () => {
    const { outputs } = viewOf(definition, newRunState(created), 'b');
    expect(['a' in outputs, 'b' in outputs, 'later' in outputs]).toEqual([true, false, false]);
    expect(Object.keys(outputs)).toEqual(['a']);
  });
});

describe('replaying a decision whose words or times have changed', () => {
  const cancelled = (reason: string) =>
    ({
      runId,
      seq: 3,
      type: 'run.cancelled',
      at,
      actor,
      ...seal,
      payload: { reason },
    }) as unknown as RunRecord;
  const asked = {
    runId,
    seq: 2,
    type: 'cancel.requested',
    at,
    actor,
    ...seal,
    payload: { reason: 'enough' },
  } as unknown as RunRecord;

  it('tells of no change: the decision is the same', () => {
    const { divergences } = replay(definition, [created, asked, cancelled('said in other words')]);
    expect(divergences).toEqual([]);
  });
});
