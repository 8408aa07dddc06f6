import { beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import type { ActiveSwitch, KillSwitchState } from './kill-switch-state.js';
import type { KillSwitchStore } from './kill-switch-store.js';
import { KillSwitches } from './kill-switches.js';

const everything: ActiveSwitch = {
  target: { kind: 'everything' },
  mode: 'halt',
  reason: 'fire',
  by: 'olga',
  at: '2026-01-01T00:00:00.000Z',
};
const start = { kind: 'workflow', name: 'mail', workflow: 'mail', isOwnWork: false } as const;

describe('what a process knows of the kill switch', () => {
  let now: number;
  let answer: () => Promise<KillSwitchState>;
  let reads: number;
  let switches: KillSwitches;
  beforeEach(() => {
    jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
    [now, reads] = [10_000, 0];
    answer = async () => ({ generation: 0, switches: [] });
    const store = {
      local: undefined,
      read: () => {
        reads += 1;
        return answer();
      },
    } as unknown as KillSwitchStore; // nothing else is asked of it
    switches = new KillSwitches(store, () => now);
  });

  it('counts for two seconds from when it was asked for', async () => {
    expect(switches.isClear).toBe(false);
    answer = async () => {
      now += 1_500;
      return { generation: 0, switches: [] };
    };
    await switches.known();
    expect(switches.isClear).toBe(true);
    now += 499;
    expect(switches.known()).toBeUndefined();
    now += 1;
    expect(switches.known()).toBeInstanceOf(Promise);
  });

  it('lets nothing begin where it can not be read', async () => {
    answer = () => Promise.reject(new Error('no database'));
    await expect(switches.assertMayStart('mail', undefined)).rejects.toMatchObject({ code: 'LEASE_LOST' });
    answer = async () => ({ generation: 0, switches: [] });
    await expect(switches.assertMayStart('mail', undefined)).resolves.toBeUndefined();
  });

  it('is read once for all who ask at the same time', async () => {
    await Promise.all([switches.known(), switches.known(), switches.refresh()]);
    expect(reads).toBe(1);
  });

  it('is read again after a change, though it is being read: that may be from before', async () => {
    const reading = switches.refresh();
    await switches.changed();
    await reading;
    expect(reads).toBe(2);
  });

  it('tells listeners of a change, and never goes back to an older state', async () => {
    let told = 0;
    const end = switches.listen(() => (told += 1));
    answer = async () => ({ generation: 2, switches: [everything] });
    await switches.refresh();
    await switches.refresh();
    expect(told).toBe(1);
    answer = async () => ({ generation: 1, switches: [] });
    await switches.refresh();
    expect(switches.stopperOf(start)).toBe(everything);
    expect(switches.halterOf({ workflow: 'mail' })).toBe(everything);
    end();
    answer = async () => ({ generation: 3, switches: [] });
    await switches.refresh();
    expect(told).toBe(1);
    expect(switches.isClear).toBe(true);
  });
});
