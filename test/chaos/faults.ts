import { setTimeout as pause } from 'node:timers/promises';
import { type FailPoint, FailPoints } from '../../lib/journal/index.js';
import type { Effects } from './effects.js';
import type { Harm } from './orders.js';

/** Brings this process to harm where it has been told to. */
export class HarmfulPoints extends FailPoints {
  private armed: { harm: Harm; at: FailPoint; passes: number } | undefined;

  constructor(
    private readonly effects: Effects,
    private readonly means: {
      /** Lets nothing more through that the database answers, and ends the connections a little later. */
      loseReplies(): void;
      /** Says that somebody has to let this process continue. */
      announceFreeze(): void;
    },
  ) {
    super();
  }

  arm(harm: Harm, at: FailPoint, passes: number): void {
    this.armed = { harm, at, passes };
  }

  reach(point: FailPoint): Promise<void> | void {
    const { armed } = this;
    if (armed?.at !== point || armed.passes-- > 0) return;
    this.armed = undefined;
    return this.come(armed.harm, point);
  }

  private async come(harm: Harm, point: FailPoint): Promise<void> {
    const kind = `${past[harm]} at ${point}`;
    if (harm === 'die') return this.effects.die(kind);
    await this.effects.fault(kind);
    switch (harm) {
      case 'freeze':
        this.means.announceFreeze();
        // So that the message gets out.
        await pause(20);
        process.kill(process.pid, 'SIGSTOP');
        return;
      case 'block':
        blockFor(500 + Math.random() * 2_500);
        return;
      case 'lose replies':
        this.means.loseReplies();
    }
  }
}

const past: Readonly<Record<Harm, string>> = {
  die: 'killed',
  freeze: 'frozen',
  block: 'blocked',
  'lose replies': 'replies lost',
};

/** Nothing of this process goes on meanwhile, and it is alive all the same. */
function blockFor(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}
