import { beforeEach, describe, expect, it } from '@jest/globals';
import { TestClock } from '../../testing/test-clock.js';
import type { SlotsOutcome } from './slot-ledger.js';
import { SlotLines, type SlotsWanted } from './slot-lines.js';
import type { Slot } from './slots.js';

const slot: Slot = { owner: 'tool print', calls: 2, onExceeded: 'wait' };
const patience = 1_000;

/** As many slots as the test says; answers when it says so. */
class Ledger {
  free = 0;
  released = 0;
  asked = 0;
  error: Error | undefined;
  private held: (() => void) | undefined;
  isSlow = false;
  full = slot;

  answer(): void {
    this.held?.();
  }

  async reserve(): Promise<SlotsOutcome> {
    this.asked += 1;
    if (this.isSlow) await new Promise<void>((resolve) => (this.held = resolve));
    if (this.error) throw this.error;
    if (this.free === 0) return { outcome: 'full', slot: this.full };
    this.free -= 1;
    return { outcome: 'taken', grant: { owners: [slot.owner], release: () => void (this.released += 1) } };
  }
}

describe('the lines of a process', () => {
  let clock: TestClock;
  let ledger: Ledger;
  let lines: SlotLines;
  let told: string[];
  beforeEach(() => {
    clock = new TestClock();
    ledger = new Ledger();
    told = [];
    lines = new SlotLines(ledger, clock, {
      paused: (owner) => void told.push(`paused ${owner}`),
      ended: (owner) => void told.push(`ended ${owner}`),
    });
  });

  const turn = () => new Promise((resolve) => setImmediate(resolve));
  /** What has become of one that wants a slot. */
  function want(more: Partial<SlotsWanted> = {}) {
    const found = { outcome: 'waits' };
    const wanted: SlotsWanted = {
      slots: [slot],
      tenant: 'acme',
      hasWaited: false,
      mayLeave: () => true,
      patience,
      signal: new AbortController().signal,
      ...more,
    };
    lines.take(wanted).then(
      ({ outcome }) => (found.outcome = outcome),
      (error: Error) => (found.outcome = error.message),
    );
    return found;
  }

  it('give what becomes free to the first in line, and to newcomers only after those', async () => {
    const first = want();
    await turn();
    ledger.free = 1;
    const second = want();
    await turn();
    expect([first.outcome, second.outcome]).toEqual(['waits', 'waits']);
    expect(lines.freed(slot.owner)).toBe(true);
    await turn();
    expect([first.outcome, second.outcome]).toEqual(['taken', 'waits']);
  });

  it('send away who meets a limit that says `fail` behind the one that it has waited for', async () => {
    const first = want();
    await turn();
    ledger.full = { owner: 'tenant acme', calls: 1, onExceeded: 'fail' };
    clock.move(100);
    await turn();
    expect(first.outcome).toBe('full');
  });

  it('look for slots that other processes have given back', async () => {
    const first = want();
    await turn();
    ledger.free = 1;
    clock.move(100);
    await turn();
    expect(first.outcome).toBe('taken');
    expect(told).toEqual(['ended tool print']);
    expect(lines.freed(slot.owner)).toBe(false);
  });

  it('send away who has waited for as long as it may', async () => {
    const first = want();
    await turn();
    clock.move(patience);
    await turn();
    expect(first.outcome).toBe('full');
    expect(told).toEqual(['ended tool print']);
  });

  it('leave slots to others once their turn is over, and tell of it', async () => {
    const first = want({ patience: 10_000 });
    await turn();
    clock.move(1_000);
    await turn();
    ledger.free = 1;
    lines.freed(slot.owner);
    await turn();
    expect(told).toEqual(['paused tool print']);
    expect(first.outcome).toBe('waits');
    // One that was woken for it comes before the pause is over: then it is over.
    const woken = want({ tenant: 'globex', hasWaited: true });
    await turn();
    await turn();
    expect([first.outcome, woken.outcome].toSorted()).toEqual(['taken', 'waits']);
  });

  it('take slots again when nobody has come in the pause', async () => {
    const first = want({ patience: 10_000 });
    await turn();
    clock.move(1_000);
    await turn();
    ledger.free = 1;
    lines.freed(slot.owner);
    clock.move(200);
    await turn();
    clock.move(200);
    await turn();
    expect(first.outcome).toBe('taken');
  });

  it('give a slot to one whose time ran out while it was asked for', async () => {
    const late = want();
    await turn();
    ledger.isSlow = true;
    ledger.free = 1;
    clock.move(100);
    await turn();
    clock.move(patience);
    await turn();
    expect(late.outcome).toBe('waits');
    ledger.answer();
    await turn();
    expect(late.outcome).toBe('taken');
  });

  it('give a slot back that came for one who had to go', async () => {
    const stop = new AbortController();
    const gone = want({ signal: stop.signal });
    await turn();
    ledger.isSlow = true;
    ledger.free = 1;
    clock.move(100);
    await turn();
    stop.abort();
    await turn();
    expect(gone.outcome).toBe('full');
    ledger.answer();
    await turn();
    expect(ledger.released).toBe(1);
  });

  it('tell who is in line that the ledger can not be asked', async () => {
    const first = want();
    await turn();
    ledger.error = new Error('the database is away');
    clock.move(100);
    await turn();
    expect(first.outcome).toBe('the database is away');
  });

  it('keep nobody waiting who may leave once the process ends, and let nobody join who may', async () => {
    const [leaves, stays] = [want(), want({ mayLeave: () => false })];
    await turn();
    expect([leaves.outcome, stays.outcome]).toEqual(['waits', 'waits']);
    lines.close();
    const late = want();
    await turn();
    expect([leaves.outcome, late.outcome]).toEqual(['full', 'full']);
    expect(stays.outcome).toBe('waits');
    ledger.free = 1;
    lines.freed(slot.owner);
    await turn();
    expect(stays.outcome).toBe('taken');
  });

  it('do not put back in line who is being asked for while the process ends', async () => {
    const asked = want();
    await turn();
    ledger.isSlow = true;
    lines.freed(slot.owner);
    await turn();
    lines.close();
    ledger.answer();
    await turn();
    expect(asked.outcome).toBe('full');
  });
});
