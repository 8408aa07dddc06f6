import { expect, it } from '@jest/globals';
import type { Action } from '../../workflow/index.js';
import { belongsToEnding } from './attempts-to-start.js';

const perform = (phase: string) => ({ kind: 'perform', activation: { step: 'pay', phase } });
const record = (type: string, payload: object = {}) => ({ kind: 'record', record: { type, payload } });

it.each<[string, object, boolean]>([
  ['undoing a step', perform('compensate'), true],
  ['a step', perform('perform'), false],
  ['a fallback', perform('fallback'), false],
  ['the end of the run', record('run.completed'), true],
  ['a failure of the run', record('run.failed'), true],
  ['the end of a step', record('step.skipped'), false],
  ['what people are asked about a call in doubt', record('review.requested', { kind: 'in-doubt' }), true],
  ['what people are asked about a step', record('review.requested', { kind: 'failure' }), false],
  ['a wait of the ending', { kind: 'wait', ending: true }, true],
  ['any other wait', { kind: 'wait' }, false],
  ['the input of the run', { kind: 'admit' }, false],
])('%s waits for what is in flight, or not', (_what, action, waits) => {
  expect(belongsToEnding(action as unknown as Action)).toBe(waits);
});
