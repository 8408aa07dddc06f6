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
function dueRuns(
  formats: readonly (number | undefined)[],
  reapDead: () => Promise<unknown> = async () => undefined,
) {
  let looks = 0;
  const ports = {
    leases: {
      reapDead,
      wakeLimited: async () => undefined,
      due: async () => [],
      poisonCandidate: async () => undefined,
      unknownFormat: async () => formats[looks++],
    },
    waited: [],
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

it('does not log the password of a database that is out of reach, nor a megabyte, nor stumbles over what it throws', async () => {
  const thrown: readonly unknown[] = [
    new Error('connect postgres://app:PASSWORDX@db:5432/orders failed'),
    new Error('x'.repeat(1_000_000)),
    { [Symbol.toPrimitive]: () => { throw new Error('in toPrimitive'); } }, // prettier-ignore
    Object.create(null),
  ];
  for (const reason of thrown)
    await expect(dueRuns([], () => Promise.reject(reason)).due.sweep()).resolves.toBe(0);
  expect(warned).toHaveLength(4);
  for (const line of warned) {
    expect(line).toMatch(/^The sweep did not reach the database: ./);
    expect(line).not.toContain('PASSWORDX');
    expect(line.length).toBeLessThanOrEqual(2_048);
  }
});

it('sweeps on where the logger of the host throws', async () => {
  jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => {
    throw new Error('the logger of the host');
  });
  await expect(dueRuns([], () => Promise.reject(new Error('down'))).due.sweep()).resolves.toBe(0);
});
