import { describe, expect, it } from '@jest/globals';
import type { NewRun } from '../../journal/index.js';
import type { WorkflowDefinition } from '../../workflow/index.js';
import { RunLauncher, type RunLauncherPorts } from './run-launcher.js';

describe('a start whose statement has failed, so that nobody knows whether the run is on disk', () => {
  it('gives the run back with the epoch that it would have been created with, and its slot', async () => {
    const noted: unknown[] = [];
    // Only what a start asks of them.
    const ports = {
      journal: { create: () => Promise.reject(new Error('the connection broke')) },
      dispatcher: { dispatch: () => undefined },
      slots: { release: (count: number) => noted.push(['slots', count]) },
      worker: {
        reserve: () => ({ holder: 'worker', generation: 0, slots: 1 }),
        expect: () => undefined,
        forgo: (ids: string[]) => noted.push(['forgo', ids]),
        deferRelease: (id: string, epoch: number) => noted.push(['release', id, epoch]),
      },
    } as unknown as RunLauncherPorts;
    const run = { id: 'run', at: '2026-11-29T12:00:00.000Z' } as NewRun;
    const starting = new RunLauncher(ports).begin({ name: 'Refund' } as WorkflowDefinition, [run]);
    await expect(starting).rejects.toThrow('the connection broke');
    expect(noted).toEqual([
      ['release', 'run', 1],
      ['forgo', ['run']],
      ['slots', 1],
    ]);
  });
});
