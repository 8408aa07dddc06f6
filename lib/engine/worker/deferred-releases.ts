import type { Leases } from '../../leases/index.js';

interface Deferred {
  readonly epoch: number;
  /** The run could not go on for a reason of its own, which counts like the death of its worker. */
  readonly counts: boolean;
}

/** Runs that could not be released properly: tried again with each heartbeat. */
export class DeferredReleases {
  private readonly runs = new Map<string, Deferred>();

  constructor(private readonly leases: Pick<Leases, 'release'>) {}

  get runIds(): string[] {
    return [...this.runs.keys()];
  }

  add(runId: string, epoch: number, counts: boolean): void {
    this.runs.set(runId, { epoch, counts });
  }

  /** Rejects at the first one that fails; that one and the ones after it stay. */
  async release(): Promise<void> {
    for (const [runId, { epoch, counts }] of this.runs) {
      await this.leases.release(runId, epoch, counts);
      this.runs.delete(runId);
    }
  }
}
