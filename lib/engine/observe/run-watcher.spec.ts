import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { type RunEvent, RunEvents } from '../../events/index.js';
import type { Journal, RunRow } from '../../journal/index.js';
import type { PeerProcesses } from '../../leases/index.js';
import type { RunRecord } from '../../workflow/index.js';
import { LocalSettlements } from './local-settlements.js';
import { RunWatcher } from './run-watcher.js';

const runId = '0199f0a0-0000-7000-8000-000000000001';

describe('waiting for a run', () => {
  const events = new RunEvents();
  let row: Pick<RunRow, 'status' | 'inboxPending' | 'finishedAt'>;
  const find = jest.fn(async () => row);
  const records = [
    {
      type: 'run.created',
      runId,
      seq: 1,
      payload: { workflow: 'note', definitionHash: '', format: 1, input: null },
    },
    { type: 'run.completed', runId, seq: 2, at: '2026-11-20T12:00:00.000Z', payload: { output: 7 } },
  ] as unknown as readonly RunRecord[];
  // Of both, only what a watcher uses.
  const journal = { find, read: async () => records } as unknown as Journal;
  const peers = { isHeard: false, watch: () => () => undefined } as unknown as PeerProcesses;
  const rests = new LocalSettlements();
  const watcher = new RunWatcher(journal, events, peers, rests);
  const tell = (type: string) => events.publish([{ runId, type } as unknown as RunEvent]);

  beforeEach(() => {
    jest.useFakeTimers();
    find.mockClear();
    row = { status: 'running', inboxPending: 0, finishedAt: null };
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it('does not ask the database again and again while the run is driven in this process', async () => {
    const result = watcher.finished(runId);
    await jest.advanceTimersByTimeAsync(1);
    tell('run.started');
    tell('step.completed');
    await jest.advanceTimersByTimeAsync(900);
    expect(find.mock.calls.length).toBeLessThanOrEqual(2);
    row = { status: 'completed', inboxPending: 0, finishedAt: new Date() };
    rests.tell(runId, () => undefined);
    await jest.advanceTimersByTimeAsync(0);
    await expect(result).resolves.toMatchObject({ status: 'completed', output: 7 });
  });

  it('takes what a run has come to from who drove it, and reads nothing', async () => {
    const usage = { inputTokens: 0, outputTokens: 0, calls: 0, usd: 0 };
    const result = watcher.idle(runId, 'driven here');
    rests.tell(runId, () => ({ runId, status: 'completed', output: 8, usage }));
    await expect(result).resolves.toMatchObject({ status: 'completed', output: 8 });
    expect(find).not.toHaveBeenCalled();
  });

  it('looks after a while for a run of which nothing is heard though it should begin here', async () => {
    const result = watcher.idle(runId, 'driven here');
    row = { status: 'completed', inboxPending: 0, finishedAt: new Date() };
    await jest.advanceTimersByTimeAsync(1_000);
    await expect(result).resolves.toMatchObject({ status: 'completed', output: 7 });
  });

  it('asks soon, and ever less often, while nothing is heard of the run', async () => {
    const result = watcher.finished(runId);
    await jest.advanceTimersByTimeAsync(25);
    expect(find).toHaveBeenCalledTimes(2);
    row = { status: 'completed', inboxPending: 0, finishedAt: new Date() };
    await jest.advanceTimersByTimeAsync(30);
    await expect(result).resolves.toMatchObject({ status: 'completed', output: 7 });
  });

  it('outlasts a database that cannot be reached for a moment', async () => {
    find.mockRejectedValueOnce(new Error('connect ECONNREFUSED')).mockRejectedValueOnce(new Error('again'));
    const result = watcher.finished(runId);
    row = { status: 'completed', inboxPending: 0, finishedAt: new Date() };
    await jest.advanceTimersByTimeAsync(2_000);
    await expect(result).resolves.toMatchObject({ status: 'completed', output: 7 });
  });

  it('hears what came while it was looking', async () => {
    find.mockImplementationOnce(async () => {
      rests.tell(runId, () => undefined);
      const before = row;
      row = { status: 'completed', inboxPending: 0, finishedAt: new Date() };
      return before;
    });
    const result = watcher.finished(runId);
    await jest.advanceTimersByTimeAsync(0);
    await expect(result).resolves.toMatchObject({ status: 'completed', output: 7 });
  });

  it('pauses between looks at a run that is yet to hear that its children have ended', async () => {
    const child = '0199f0a0-0000-7000-8000-000000000002';
    const waiting = [
      records[0],
      { type: 'run.started', runId, seq: 2, payload: {} },
      {
        type: 'run.waiting',
        runId,
        seq: 3,
        payload: { waits: [{ for: 'run', runId: child, step: 'a' }] },
      },
    ] as unknown as readonly RunRecord[];
    const looks = jest.fn(async (id: string) => (id === child ? records : waiting));
    const rows = async (id: string) => ({ ...row, status: id === child ? 'completed' : 'waiting' });
    const parent = { find: rows, read: looks } as unknown as Journal;
    void new RunWatcher(parent, events, peers, rests).idle(runId);
    await jest.advanceTimersByTimeAsync(500);
    expect(looks.mock.calls.length).toBeGreaterThan(2);
    expect(looks.mock.calls.length).toBeLessThan(30);
  });
});
