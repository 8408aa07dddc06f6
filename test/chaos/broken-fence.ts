import { type Append, type Appended, TypeOrmJournal } from '../../lib/journal/index.js';
import { type Heartbeat, TypeOrmLeases } from '../../lib/leases/index.js';

/**
 * A journal without a fence, to see that the checker sees it: a worker that has lost a run catches up with the one that holds
 * it now, and writes on behind him.
 */
export class UnfencedJournal extends TypeOrmJournal {
  private readonly opened = new Map<string, number>();

  override async open(runId: string) {
    const held = await super.open(runId);
    this.opened.set(runId, held.row.leaseEpoch);
    return held;
  }

  override async append(append: Append): Promise<Appended> {
    const row = await this.find(append.runId);
    if (!row || row.leaseEpoch === this.opened.get(append.runId)) return super.append(append);
    const { row: stolen } = await this.open(append.runId);
    return super.append({ ...append, epoch: stolen.leaseEpoch });
  }
}

/** Never learns that it was declared dead. */
export class DeafLeases extends TypeOrmLeases {
  override async heartbeat(): Promise<Heartbeat> {
    return { ...(await super.heartbeat()), outcome: 'ok' };
  }
}
