import { suggestion } from '../../discovery/index.js';
import { InputValidationError, RunFinishedError } from '../../errors/index.js';
import type { Journal, RunRow } from '../../journal/index.js';
import type { Leases } from '../../leases/index.js';
import {
  type Actor,
  draft,
  fold,
  type RecordDraft,
  type RecordType,
  replay,
  type ReplayReport,
  stepsToReset,
  type WorkflowDefinition,
} from '../../workflow/index.js';
import type { BodyReplay } from './body-replay.js';
import type { Definitions } from '../worker/definitions.js';
import { assertKnownFormat } from '../worker/known-format.js';

export interface RevivalPorts {
  readonly journal: Journal;
  readonly leases: Leases;
  readonly definitions: Definitions;
  readonly bodies: BodyReplay;
  now(): number;
}

export interface ReplayOptions {
  /**
   * Runs the methods of steps as well, with recorded answers to all their calls, and compares what they come to. What a
   * method does to the world beside its calls it does again. @default false
   */
  readonly bodies?: boolean | undefined;
}

/** What can be done with runs that have ended: try again, check against today's code. */
export class RunRevival {
  constructor(private readonly ports: RevivalPorts) {}

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
      await this.revive(claimed, from, actor);
    } catch (error) {
      await leases.release(row.id, claimed.leaseEpoch);
      throw error;
    } finally {
      journal.close(row.id);
    }
  }

  private async revive({ id, leaseEpoch }: RunRow, from: string | undefined, actor: Actor): Promise<void> {
    const { journal, definitions } = this.ports;
    const { records } = await journal.open(id);
    const state = fold(records);
    const reset = stepsToReset(definitions.forRun(state).definition, state, from);
    const record = draft<RecordType>(actor, this.ports.now(), 'run.retried', { reset }) as RecordDraft;
    const release = { wakeAt: new Date(this.ports.now()).toISOString() };
    await journal.append({
      runId: id,
      epoch: leaseEpoch,
      records: [record],
      effects: { status: 'pending', release },
    });
  }

  async replay(row: RunRow, { bodies = false }: ReplayOptions): Promise<ReplayReport> {
    assertKnownFormat(row);
    const records = await this.ports.journal.read(row.id);
    const { definition } = this.ports.definitions.forRun(fold(records));
    const report = replay(definition, records);
    if (!bodies) return report;
    const performed = await this.ports.bodies.compare(row, definition, records);
    const divergences = [...report.divergences, ...performed.divergences].toSorted((a, b) => a.seq - b.seq);
    return { ...report, bodies: performed.bodies, divergences };
  }
}

/** @throws {InputValidationError} with the nearest name */
export function assertStep(definition: WorkflowDefinition, step: string): void {
  const names = definition.steps.map(({ name }) => name);
  if (names.includes(step)) return;
  if (typeof step !== 'string')
    throw new InputValidationError(
      `A step of ${definition.name} is named by text, not by a value of type ${typeof step}.`,
    );
  throw new InputValidationError(
    `${definition.name} has no step '${step}'.${suggestion(step, names)} It has ${names.join(', ')}.`,
    { details: { step } },
  );
}
