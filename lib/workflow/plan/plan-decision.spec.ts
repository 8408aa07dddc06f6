import { expect, it } from '@jest/globals';
import { created } from './created.fixture.js';
import { plainStep, type StepDefinition } from '../definition/definition.js';
import type { ActivationState } from '../state/run-state.js';
import { newActivation, newRunState } from '../state/state.js';
import { planActivation } from './plan-activation.js';

/** What follows from the approval of an output. */
function approved(step: StepDefinition, proposed: string, item?: number) {
  const activation: ActivationState = {
    ...newActivation(),
    decision: { reviewId: 'review-1', choice: 'approve', by: 'ann', seq: 3 },
    review: { reviewId: 'review-1', kind: 'output', proposed } as unknown as NonNullable<
      ActivationState['review']
    >,
  };
  const steps = [step, plainStep('cheap'), plainStep('dear')];
  const definition = {
    name: 'w',
    version: '1',
    hash: 'h',
    steps,
    result: 'dear',
    onChange: 'refuse',
  } as const;
  const planning = { definition, state: newRunState(created), now: Date.parse(created.at) };
  const [action] = planActivation(planning, step, activation, item);
  return action?.kind === 'record' ? { type: action.record.type, payload: action.record.payload } : action;
}

it('an approved output of a router chooses its routes', () => {
  expect(approved(plainStep('route', { routes: ['cheap', 'dear'] }), 'dear')).toEqual({
    type: 'step.completed',
    payload: { output: 'dear', duration: 0, via: 'review', reviewId: 'review-1', routes: ['dear'] },
  });
});

it('an approved output of one item, or of a step that is not a router, chooses none', () => {
  for (const [step, item] of [
    [plainStep('each', { routes: ['cheap', 'dear'] }), 0],
    [plainStep('plain'), undefined],
  ] as const)
    expect(approved(step, 'dear', item)).toMatchObject({
      payload: expect.not.objectContaining({ routes: expect.anything() }),
    });
});
