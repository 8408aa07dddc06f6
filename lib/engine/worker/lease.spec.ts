import { beforeEach, describe, expect, it } from '@jest/globals';
import { Lease } from './lease.js';

const hour = 3_600_000;

describe('what a worker knows of its own life', () => {
  let time: { wall: number; monotonic: number };
  let lease: Lease;
  beforeEach(() => {
    time = { wall: 1_000_000, monotonic: 500 };
    lease = new Lease({ now: () => time.wall, monotonic: () => time.monotonic }, 15_000);
  });

  it('is its own time until the database has told its', () => {
    expect(lease.now()).toBe(1_000_000);
    lease.correct(2_000_000);
    time.monotonic += 250;
    expect(lease.now()).toBe(2_000_250);
  });

  it("stays the database's time when somebody sets the clock of the machine by an hour", () => {
    lease.correct(1_000_000);
    time.wall += hour;
    time.monotonic += 100;
    expect(lease.now()).toBe(1_000_100);
    time.wall -= 2 * hour;
    expect(lease.now()).toBe(1_000_100);
  });

  it('ends with either clock: monotonic time stops in a suspended machine, wall time may be set', () => {
    const alive = () => {
      lease.renew({ monotonic: time.monotonic, wall: time.wall });
      return lease.isAlive();
    };
    expect(alive()).toBe(true);
    time.monotonic += 16_000;
    expect(lease.isAlive()).toBe(false);
    expect(alive()).toBe(true);
    time.wall += hour;
    expect(lease.isAlive()).toBe(false);
  });
});
