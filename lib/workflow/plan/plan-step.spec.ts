import { describe, expect, it } from '@jest/globals';
import { created } from './created.fixture.js';
import { plainStep, type WorkflowDefinition } from '../definition/definition.js';
import type { StepState } from '../state/run-state.js';
import { newRunState, stepOf } from '../state/state.js';
import { plan } from './plan.js';

/** What is planned for a step whose `when` answers no by now. */
function planned(begun: Partial<StepState>, changes = {}): string[] {
  const step = plainStep('a', { when: () => false, ...changes });
  const definition: WorkflowDefinition = {
    name: 'w',
    version: '1',
    hash: 'h',
    steps: [step],
    result: 'a',
    onChange: 'refuse',
  };
  const state = newRunState(created);
  state.status = 'running';
  Object.assign(stepOf(state, 'a'), begun);
  return plan(definition, state, Date.parse(created.at)).map((action) =>
    action.kind === 'record' ? action.record.type : action.kind,
  );
}

describe('the `when` of a step', () => {
  it('skips a step of which nothing has happened', () => {
    expect(planned({})).toEqual(['step.skipped']);
  });

  it.each<[string, Partial<StepState>, object]>([
    ['an attempt has failed', { failures: 1 }, {}],
    ['its delay is over', { delayed: true }, { delay: 1_000 }],
    [
      'its signal has come',
      { signal: { name: 'go' } as never },
      { waitFor: { signal: 'go', onTimeout: 'fail' } },
    ],
    [
      'its signal was waited for in vain',
      { timedOut: true },
      { waitFor: { signal: 'go', timeout: 1, onTimeout: 'continue' } },
    ],
    ['it has made a call', { calls: new Map([['key', { status: 'completed' }]]) as never }, {}],
  ])('is asked once: not again when %s', (_what, begun, changes) => {
    expect(planned(begun, changes)).toEqual(['perform']);
  });
});
