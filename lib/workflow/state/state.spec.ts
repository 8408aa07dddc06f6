import { describe, expect, it } from '@jest/globals';
import { applyRecord } from './fold.js';
import type { RunRecord } from '../records/record.js';
import type { RunState, StepState } from './run-state.js';
import { callDecisionsOf, callsOf, forgetCalls, newRunState, resetStep, stepOf } from './state.js';

const runId = '0199f0a0-0000-7000-8000-000000000001';
const begun = Date.parse('2026-11-20T12:00:00.000Z');
let seq = 1;

/** A record as the journal gives it, without what the fold does not read. */
function record(type: string, more: object = {}, after = 0): RunRecord {
  const at = new Date(begun + after).toISOString();
  return { runId, seq: seq++, type, at, payload: {}, ...more } as unknown as RunRecord;
}

function newRun(): RunState {
  return newRunState(record('run.created', { payload: { input: null } }) as RunRecord<'run.created'>);
}

describe('a run that has ended', () => {
  it.each(['run.completed', 'run.failed', 'run.cancelled'])('has no open review any more: %s', (type) => {
    const state = newRun();
    state.reviews.set('review-1', {} as never);
    applyRecord(state, record(type, { payload: { output: null, error: { name: 'Error', message: '' } } }));
    expect(state.reviews.size).toBe(0);
  });
});

describe('an outcome that comes after its step has completed', () => {
  it('is not remembered: a compensation that makes the same call makes it', () => {
    const state = newRun();
    const place = { step: 'pay', iteration: 0, attempt: 1 };
    applyRecord(state, record('step.completed', { ...place, payload: { output: 1 } }));
    applyRecord(state, record('call.completed', { ...place, payload: { key: 'call', result: 1 } }));
    expect(stepOf(state, 'pay').calls.size).toBe(0);
    applyRecord(
      state,
      record('call.completed', { ...place, payload: { key: 'undo', result: 1, phase: 'compensate' } }),
    );
    expect([...stepOf(state, 'pay').calls.keys()]).toEqual(['undo']);
  });
});

describe('calls that are forgotten', () => {
  it('take the decisions about them along', () => {
    const step = stepOf(newRun(), 'a');
    callsOf(step).set('call', { key: 'call' } as never);
    callDecisionsOf(step).set('call', {} as never);
    forgetCalls(step);
    expect([step.calls.size, step.callDecisions.size]).toEqual([0, 0]);
  });
});

describe('a step that begins its next iteration', () => {
  it('has nothing of the one before but its output and its counts', () => {
    const fresh = stepOf(newRun(), 'a');
    // whatever a step may have, by name: what is missing here is a compile error
    const used: Required<StepState> = {
      ...fresh,
      status: 'completed',
      failures: 2,
      revived: 1,
      phase: 'compensate',
      calls: new Map([['call', { key: 'call' }]]) as never,
      callDecisions: new Map([['call', {}]]) as never,
      iterationsDone: 3,
      rejections: 1,
      output: 'the output',
      error: { name: 'Error' } as never,
      nextAttemptAt: 'soon' as never,
      waits: [],
      waitingSince: 'then' as never,
      delayed: true as never,
      signal: {} as never,
      turns: new Map([['key', 'soon']]),
      timedOut: true as never,
      decision: {} as never,
      review: {} as never,
      completedAt: 7 as never,
      compensation: {} as never,
      items: { states: new Map() } as never,
      routes: [] as never,
      feedback: 'better' as never,
      previous: 'the one before',
    };
    resetStep(used);
    expect(used).toStrictEqual({
      ...fresh,
      iteration: 1,
      revived: 1,
      iterationsDone: 3,
      rejections: 1,
      previous: 'the output',
      pastIterations: used.pastIterations,
    });
  });

  it('does not take the output of the iteration before the last one for the last one, which gave none', () => {
    const step: StepState = { ...stepOf(newRun(), 'a'), status: 'completed', previous: 'of the one before' };
    resetStep(step);
    expect('previous' in step).toBe(false);
  });

  it('keeps the output of the last iteration that was completed', () => {
    const step: StepState = { ...stepOf(newRun(), 'a'), status: 'failed', previous: 'of the one before' };
    resetStep(step);
    expect(step.previous).toBe('of the one before');
  });

  it('has no feedback where the one who repeats it gave none', () => {
    const state = newRun();
    applyRecord(state, record('step.repeated', { step: 'a', payload: { region: ['a'], reason: 'repeat' } }));
    expect('feedback' in stepOf(state, 'a')).toBe(false);
  });
});

describe('the active time of a run', () => {
  it('is what lies between its beginning and its waiting', () => {
    const state = newRun();
    applyRecord(state, record('run.started', {}, 1_000));
    applyRecord(state, record('run.waiting', {}, 1_250));
    expect(state.activeMs).toBe(250);
  });

  it('is not shortened, and not lengthened, where the next process has a clock that is behind', () => {
    const state = newRun();
    applyRecord(state, record('run.started', {}, 1_000));
    applyRecord(state, record('run.waiting', {}, 400));
    expect(state.activeMs).toBe(0);
  });
});
