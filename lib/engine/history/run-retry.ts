import { RunFinishedError } from '../../errors/index.js';
import type { Journal, RunRow } from '../../journal/index.js';
import type { Leases } from '../../leases/index.js';
import { type Actor, draft, fold, type RecordType, stepsToReset } from '../../workflow/index.js';
import { assertStep } from './assert-step.js';
import type { Definitions } from '../worker/definitions.js';
import { assertKnownFormat } from '../worker/known-format.js';

export interface RunRetryPorts {
  readonly journal: Pick<Journal, 'open' | 'append' | 'close'>;
  readonly leases: Pick<Leases, 'claim' | 'release'>;
  readonly definitions: Definitions;
  now(): number;
}

/** Goes on with runs that have failed or were cancelled. */
export class RunRetry {
  constructor(private readonly ports: RunRetryPorts) {}

  /** @throws {RunFinishedError} if the run hasn't failed or been cancelled @throws {InputValidationError} if it has no step `from` */
  async retry(row: RunRow, from: string | undefined, actor: Actor): Promise<void> {
    const { journal, leases } = this.ports;
    assertKnownFormat(row);
    if (row.status !== 'failed' && row.status !== 'cancelled') {
      throw new RunFinishedError(
        `Run ${row.id} of ${row.workflow} is ${row.status}: only a failed or cancelled run can be tried again. To run parts of it in a new run, use fork().`,
        {
          details: { runId: row.id, status: row.status },
        },
      );
    }
    if (from !== undefined) assertStep(this.ports.definitions.named(row.workflow), from);
    const claimed = await leases.claim(row.id, { finished: true });
    // Somebody else is at it, which is what the caller wants.
    if (!claimed) return;
    try {
      await this.reopen(claimed, from, actor);
    } catch (error) {
      await leases.release(row.id, claimed.leaseEpoch);
      throw error;
    } finally {
      journal.close(row.id);
    }
  }

  private async reopen({ id, leaseEpoch }: RunRow, from: string | undefined, actor: Actor): Promise<void> {
    const { journal, definitions } = this.ports;
    const { records } = await journal.open(id);
    const state = fold(records);
    const reset = stepsToReset(definitions.forRun(state).definition, state, from);
    const record = draft<RecordType>(actor, this.ports.now(), 'run.retried', { reset });
    const release = { wakeAt: new Date(this.ports.now()).toISOString() };
    await journal.append({
      runId: id,
      epoch: leaseEpoch,
      records: [record],
      effects: { status: 'pending', release },
    });
  }
}
