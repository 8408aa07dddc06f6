import { expect } from '@jest/globals';
import type { Note } from './processes.js';

/** What the runs of the counting host do. */
export const steps = ['a', 'b', 'c', 'd', 'de'];

/** Whether each of so many runs has begun a step with the given number. */
export function areUnderWay(notes: readonly Note[], runs: number, count: number): boolean {
  const perRun = groups(notes.filter(({ event }) => event === 'begins'));
  return perRun.length === runs && perRun.every((group) => group.length >= count);
}

/** A step that has ended once is not begun again; one that was in flight when its process stopped may be. */
export function expectNothingTwice(notes: readonly Note[], runs: number): void {
  expect(groups(notes)).toHaveLength(runs);
  for (const ofRun of groups(notes)) {
    const ended = ofRun.filter(({ event }) => event === 'ends').map(({ step }) => step);
    expect(new Set(ended)).toEqual(new Set(steps));
    const repeated = steps.filter(
      (step) => ofRun.filter((note) => note.event === 'begins' && note.step === step).length > 1,
    );
    expect(repeated.length).toBeLessThanOrEqual(1);
    // What has ended twice had ended once just before its result could be written.
    expect(ended.length - steps.length).toBeLessThanOrEqual(1);
  }
}

export function groups(notes: readonly Note[]): Note[][] {
  const byRun = new Map<string, Note[]>();
  for (const note of notes) byRun.set(note.run, [...(byRun.get(note.run) ?? []), note]);
  return [...byRun.values()];
}
