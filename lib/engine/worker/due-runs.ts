import { errorText, logSafely } from '../../errors/index.js';
import type { RunDispatcher, Wake } from '../../dispatch/index.js';
import type { Leases } from '../../leases/index.js';
import { knownFormats } from '../../workflow/index.js';
import type { Definitions } from './definitions.js';
import type { Quarantine } from './quarantine.js';

export interface DueRunsPorts {
  readonly leases: Pick<Leases, 'reapDead' | 'unknownFormat' | 'due' | 'poisonCandidate' | 'wakeLimited'>;
  /** Limits that wake the runs which wait for room, once there is some. */
  readonly waited: readonly { wake(): Promise<void> }[];
  readonly dispatcher: RunDispatcher;
  readonly definitions: Definitions;
  readonly quarantine: Quarantine;
}

/** Every how many sweeps somebody looks for what is rare: every minute. */
const lookEvery = 60;

/** Finds the runs that somebody should take, whatever became of their wakes. */
export class DueRuns {
  private isSlotFree = false;
  private refilling: Promise<void> | undefined;
  private isStopped = false;
  /** Whether it has been said that there are runs which this release cannot continue with. */
  private hasWarned = false;
  private sweeps = 0;

  constructor(
    private readonly ports: DueRunsPorts,
    /** How many are taken up at once. */
    private readonly limit: number,
  ) {}

  /** Takes up nothing more. */
  stop(): void {
    this.isStopped = true;
  }

  /** How many there were. Never rejects. */
  async sweep(): Promise<number> {
    if (this.isStopped) return 0;
    try {
      await this.ports.leases.reapDead();
      const isLook = this.sweeps++ % lookEvery === 0;
      await this.ports.leases.wakeLimited(isLook);
      for (const limit of this.ports.waited) await limit.wake();
      if (!this.hasWarned && isLook) await this.warnOfUnknownFormats();
      return await this.takeUp();
    } catch (error) {
      logSafely('warn', `The sweep did not reach the database: ${errorText(error)}`);
      return 0;
    }
  }

  /** A slot of a limited workflow, or the one for a poison candidate, is free: a run that waits for it need not wait for the next sweep. */
  refill(): void {
    this.isSlotFree = true;
    this.refilling ??= (async () => {
      while (this.isSlotFree && !this.isStopped) {
        this.isSlotFree = false;
        // What fails here, the next sweep does.
        await this.takeUp().catch(() => undefined);
      }
      this.refilling = undefined;
    })();
  }

  private async warnOfUnknownFormats(): Promise<void> {
    const format = await this.ports.leases.unknownFormat(this.ports.definitions.takes());
    if (format === undefined) return;
    this.hasWarned = true;
    logSafely(
      'warn',
      `There are runs of format ${format}, which this release of nestjs-nestor does not know (it knows ${knownFormats.join(', ')}): ` +
        'they wait for a process with the newer release that made them.',
    );
  }

  private async takeUp(): Promise<number> {
    const { leases, definitions, dispatcher } = this.ports;
    const takes = definitions.takes();
    const due = await leases.due(this.limit, takes, definitions.limits());
    const candidate = this.ports.quarantine.isFree ? await leases.poisonCandidate(takes) : undefined;
    const wakes = due.map((runId): Wake => ({ runId, reason: 'due' }));
    dispatcher.dispatch(
      candidate === undefined ? wakes : [...wakes, { runId: candidate, reason: 'poison-candidate' }],
    );
    return due.length + (candidate === undefined ? 0 : 1);
  }
}
