import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { Subscription } from 'rxjs';
import { type RunEvent, RunEvents } from '../../events/index.js';
import type { Journal } from '../../journal/index.js';
import type { PeerProcesses } from '../../leases/index.js';
import type { RunRecord } from '../../workflow/index.js';
import { streamOf } from './run-stream.js';

const runId = '0199f0a0-0000-7000-8000-000000000001';

function record(seq: number, type = 'step.completed'): RunRecord {
  return { runId, seq, type, payload: {} } as unknown as RunRecord;
}

describe('the stream of a run', () => {
  const events = new RunEvents();
  let onDisk: RunRecord[];
  let heard: (number | string)[];
  /** While it is there, a read waits for it. */
  let gate: Promise<void> | undefined;
  const read = jest.fn(async (_: string, after: number = 0): Promise<readonly RunRecord[]> => {
    const found = onDisk.filter(({ seq }) => seq > after);
    await gate;
    return found;
  });
  let notifyFromPeers: () => void;
  const peers = {
    watch: (_: string, look: () => void) => {
      notifyFromPeers = look;
      return () => (notifyFromPeers = () => undefined);
    },
  } as unknown as PeerProcesses;
  // of the journal, only what a stream uses
  let subscription: Subscription;
  const find = async () => (onDisk.length === 0 ? undefined : { seq: onDisk.length });
  const listen = (after?: number) => {
    const journal = { read, find } as unknown as Journal;
    subscription = streamOf(runId, { journal, events, peers }, { after }).subscribe({
      next: (event) => heard.push('seq' in event ? Number(event.seq) : event.type),
      complete: () => heard.push('end'),
      error: (error: unknown) => heard.push(String(error)),
    });
  };
  const settle = () => jest.advanceTimersByTimeAsync(0);
  const tell = (event: object) => events.publish([{ runId, ...event } as unknown as RunEvent]);

  beforeEach(() => {
    jest.useFakeTimers();
    read.mockClear();
    heard = [];
    gate = undefined;
    onDisk = [record(1, 'run.created'), record(2, 'run.started')];
  });
  afterEach(() => {
    subscription.unsubscribe();
    jest.useRealTimers();
  });

  it('has what is on disk, then what comes, in order, and ends with the run', async () => {
    listen();
    await settle();
    onDisk.push(record(3));
    tell({ type: 'step.completed', seq: 3 });
    tell({ type: 'progress' });
    await settle();
    onDisk.push(record(4, 'run.completed'));
    tell({ type: 'run.completed', seq: 4 });
    await settle();
    expect(heard).toEqual([1, 2, 'progress', 3, 4, 'end']);
  });

  it('goes on behind the record that the listener has', async () => {
    onDisk.push(record(3));
    listen(2);
    await settle();
    onDisk.push(record(4, 'run.completed'));
    tell({ type: 'run.completed', seq: 4 });
    await settle();
    expect(heard).toEqual([3, 4, 'end']);
  });

  it('ends at once behind the last record of a run that has ended, and continues behind an end that was retried', async () => {
    onDisk.push(record(3, 'run.failed'));
    listen(3);
    await settle();
    expect(heard).toEqual(['end']);
    heard = [];
    onDisk.push(record(4, 'run.retried'), record(5, 'run.completed'));
    listen(3);
    await settle();
    expect(heard).toEqual([4, 5, 'end']);
  });

  it.each([-1, 1.5, Number.NaN, 'x' as never, 9])(
    'refuses `after: %s`, which is not a record of it',
    async (after) => {
      listen(after);
      await settle();
      expect(heard).toEqual([expect.stringMatching(/after/)]);
    },
  );

  it('has a record once that is told of while the journal is being read, and misses none', async () => {
    let open!: () => void;
    gate = new Promise((resolve) => (open = resolve));
    listen();
    await settle();
    onDisk.push(record(3));
    tell({ type: 'step.completed', seq: 3 });
    notifyFromPeers();
    open();
    await settle();
    expect(heard).toEqual([1, 2, 3]);
  });

  it('looks at a quiet run of another process more and more rarely, and soon again once something came', async () => {
    listen();
    await jest.advanceTimersByTimeAsync(120_000);
    const before = read.mock.calls.length;
    await jest.advanceTimersByTimeAsync(60_000);
    const asked = read.mock.calls.length - before;
    expect(asked).toBe(12);
    onDisk.push(record(3));
    await jest.advanceTimersByTimeAsync(10_000);
    expect(heard).toEqual([1, 2, 3]);
    // two at the pace of before
    expect(read.mock.calls.length - before - asked).toBeGreaterThan(4);
  });

  it('says that there is no such run, and asks no more', async () => {
    onDisk = [];
    listen();
    await jest.advanceTimersByTimeAsync(60_000);
    expect(heard).toHaveLength(1);
    expect(heard[0]).toMatch(/no run/);
    expect(read).toHaveBeenCalledTimes(1);
  });

  it('asks no more, and hears of nothing, once nobody listens', async () => {
    listen();
    await settle();
    subscription.unsubscribe();
    onDisk.push(record(3));
    tell({ type: 'step.completed', seq: 3 });
    notifyFromPeers();
    await jest.advanceTimersByTimeAsync(60_000);
    expect(heard).toEqual([1, 2]);
    expect(read).toHaveBeenCalledTimes(1);
  });
});
