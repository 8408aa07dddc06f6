import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { DueRuns, type DueRunsPorts } from './due-runs.js';

const warned: string[] = [];
beforeEach(() => {
  warned.length = 0;
  jest.spyOn(Logger.prototype, 'warn').mockImplementation((message: string) => void warned.push(message));
});
afterEach(() => void jest.restoreAllMocks());

/** A worker that finds nothing to do but, from the given look on, runs of another format. */
function dueRuns(formats: readonly (number | undefined)[]) {
  let looks = 0;
  const ports = {
    leases: {
      buryDead: async () => undefined,
      due: async () => [],
      suspect: async () => undefined,
      unknownFormat: async () => formats[looks++],
    },
    dispatcher: { dispatch: () => undefined },
    definitions: { takes: () => ['a'], limits: () => ({}) },
    quarantine: { isFree: true },
  } as unknown as DueRunsPorts; // no more of them is asked for
  return { due: new DueRuns(ports, 10), looks: () => looks };
}

it('says once that there are runs of a format that this release does not know', async () => {
  const { due, looks } = dueRuns([undefined, 2, 3]);
  for (let sweep = 0; sweep < 300; sweep += 1) await due.sweep();
  expect(looks()).toBe(2);
  expect(warned).toEqual([expect.stringContaining('runs of format 2')]);
});
