import { isDataError, type Statement, type Statements, type TableNames } from '../../../database/index.js';
import { errorMessage, LeaseLostError } from '../../../errors/index.js';
import { diagnose, type RunRowState, rowStateStatement } from './diagnose.js';
import { type CommitEntry, hasOutgoing } from './commit-entry.js';
import { commitStatement } from './commit-statement.js';
import { type Instrumentation, instrumented, type InstrumentedFacts } from '../../../scope/index.js';
import type { FailPoints } from '../../fail-points.js';
import type { HeldJournal, WaitingAppend } from './held-journal.js';
import type { Appended } from '../../journal.js';
import { isScalar, ScalarStatement } from './scalar-statement.js';

interface InFlightCommit {
  readonly held: HeldJournal;
  readonly entry: CommitEntry;
  readonly appends: readonly WaitingAppend[];
}

export interface GroupCommitPorts {
  readonly statements: Statements;
  readonly tables: TableNames;
  readonly faults: FailPoints;
  readonly instrumentation: Instrumentation | undefined;
  /** The clock's offset in milliseconds. */
  offset(): number;
}

/** Callers that are told in one turn of the event loop. */
const resolveBatchSize = 40;

/** Runs that one statement may write. */
const largestFlush = 500;

/**
 * Writes many runs in one statement. What comes while a statement is on its way travels in the next one, so nobody
 * waits for a timer, and the busier it gets the less each append costs.
 *
 * Runs whose rows somebody else has locked, and appends that also write to other runs, go by a second lane that waits
 * for the rows, so that the first one never stands still.
 */
export class GroupCommit {
  private readonly fast = new Lane((batch) => this.flush(batch, true));
  private readonly blocking = new Lane((batch) => this.flush(batch, false));

  private readonly scalar: ScalarStatement;

  constructor(private readonly ports: GroupCommitPorts) {
    this.scalar = new ScalarStatement(ports.tables);
  }

  /** Has the next append of a run written. */
  add(held: HeldJournal): void {
    if (!held.startNext() || !held.next) return;
    (hasOutgoing(held.next.append) ? this.blocking : this.fast).add(held);
  }

  /**
   * Writes all that waits of a run through a transaction of somebody else's, whose commit decides about it.
   * The caller has the run alone. @returns what to tell the appends once the commit is known
   */
  async within(
    held: HeldJournal,
    send: (statement: Statement) => Promise<readonly unknown[]>,
  ): Promise<WaitingAppend[]> {
    const written: WaitingAppend[] = [];
    for (let batch = held.take(); batch; batch = held.take()) {
      written.push(...batch.appends);
      const entry = batch.entry;
      const statement = isScalar(entry) ? this.scalar.of(entry, 'returning') : this.grouped([entry], false);
      let sent: readonly unknown[];
      try {
        sent = await instrumented(
          this.ports.instrumentation,
          'commit',
          () => ({ runs: 1, records: entry.records.length }),
          () => send(statement),
        );
      } catch (error) {
        held.putBack(written);
        throw error;
      }
      if (sent.length === 0) {
        held.putBack(written);
        throw new FencedTransaction(held.runId);
      }
      held.advance(entry);
    }
    return written;
  }

  private async flush(batch: readonly HeldJournal[], skipLocked: boolean): Promise<void> {
    const commits = batch.flatMap((held): InFlightCommit[] => {
      const batched = held.take();
      return batched ? [{ held, ...batched }] : [];
    });
    try {
      const records = () => commits.flatMap(({ appends }) => appends.flatMap(({ append }) => append.records));
      const before = this.ports.faults.reach('append.before', records);
      if (before) await before;
      if (commits.some(({ entry }) => entry.effects?.release)) await this.ports.faults.reach('release');
      const outcomes = await instrumented(
        this.ports.instrumentation,
        'commit',
        () => sizeOf(commits),
        () => this.write(commits, skipLocked),
      );
      const after = this.ports.faults.reach('append.after', records);
      if (after) await after;
      void this.reportAll(commits, outcomes);
    } catch (error) {
      this.fail(commits, error);
    }
  }

  private async write(
    commits: readonly InFlightCommit[],
    skipLocked: boolean,
  ): Promise<Map<string, Appended | 'locked'>> {
    const entries = commits.map(({ entry }) => entry);
    const outcomes = new Map<string, Appended | 'locked'>();
    for (const id of await this.send(entries, skipLocked)) outcomes.set(id, 'ok');
    const others = entries.filter(({ runId }) => !outcomes.has(runId));
    if (others.length === 0) return outcomes;
    const states = await this.ports.statements.run<RunRowState>(rowStateStatement(this.ports.tables, others));
    const byId = new Map(states.map((standing) => [standing.id, standing]));
    for (const entry of others) outcomes.set(entry.runId, diagnose(entry, byId.get(entry.runId)));
    return outcomes;
  }

  /** @returns the ids of the runs whose entries were written */
  private async send(entries: readonly CommitEntry[], skipLocked: boolean): Promise<string[]> {
    const { statements } = this.ports;
    const [first] = entries;
    if (first && entries.length === 1 && isScalar(first))
      return (await statements.count(this.scalar.of(first))) > 0 ? [first.runId] : [];
    const written = await statements.run<{ id: string }>(this.grouped(entries, skipLocked));
    return written.map(({ id }) => id);
  }

  private grouped(entries: readonly CommitEntry[], skipLocked: boolean): Statement {
    return commitStatement(this.ports.tables, entries, { skipLocked, offset: this.ports.offset() });
  }

  /**
   * Tells some of the callers, lets the event loop turn, and tells the next ones: what the first ones write next is on
   * its way by then, so that this process and the database work at the same time and not in turns. Never rejects.
   */
  private async reportAll(
    commits: readonly InFlightCommit[],
    outcomes: ReadonlyMap<string, Appended | 'locked'>,
  ): Promise<void> {
    for (let from = 0; from < commits.length; from += resolveBatchSize) {
      if (from > 0) await new Promise<void>((resolve) => void setImmediate(resolve));
      for (const one of commits.slice(from, from + resolveBatchSize))
        this.report(one, outcomes.get(one.held.runId) ?? 'fenced');
    }
  }

  private report({ held, entry, appends }: InFlightCommit, outcome: Appended | 'locked'): void {
    if (outcome === 'locked') {
      // Still on its way: by the lane that waits.
      held.putBack(appends);
      this.blocking.add(held);
      return;
    }
    if (outcome === 'ok') held.advance(entry);
    for (const { resolve } of appends) resolve(outcome);
    if (outcome === 'fenced') for (const { resolve } of held.drain()) resolve('fenced');
    held.settle();
    this.add(held);
  }

  private fail(commits: readonly InFlightCommit[], error: unknown): void {
    const isBatch = commits.length > 1 || commits.some(({ appends }) => appends.length > 1);
    for (const { held, appends } of commits) {
      if (isDataError(error) && isBatch) held.isolate(appends);
      else if (isDataError(error)) {
        for (const { reject } of appends) reject(error);
      } else {
        const lost = unreachable(held.runId, error);
        for (const { reject } of [...appends, ...held.drain()]) reject(lost);
      }
      held.settle();
      this.add(held);
    }
  }
}

/** Rolls a transaction back whose run is another worker's by now. */
export class FencedTransaction extends Error {
  constructor(runId: string) {
    super(`run ${runId} is held by another worker`);
  }
}

export function unreachable(runId: string, cause: unknown): LeaseLostError {
  return new LeaseLostError(
    `The journal of run ${runId} could not be written: ${errorMessage(cause)}. Whether the last records are on disk is ` +
      'unknown, so this process lets go of the run; who claims it next reads how far it got.',
    { cause, details: { runId } },
  );
}

/** One flush at a time; what comes meanwhile is the next batch. */
class Lane {
  private readonly queue: HeldJournal[] = [];
  private running = false;

  constructor(private readonly flush: (batch: readonly HeldJournal[]) => Promise<void>) {}

  add(held: HeldJournal): void {
    this.queue.push(held);
    if (this.running) return;
    this.running = true;
    // One turn later, so that appends of the same turn travel together. `flush` never rejects.
    queueMicrotask(() => void this.run());
  }

  private async run(): Promise<void> {
    for (let batch = this.next(); batch.length > 0; batch = this.next()) await this.flush(batch);
    this.running = false;
  }

  private next(): HeldJournal[] {
    const [first] = this.queue;
    const single = first && (first.isolated || (first.next && hasOutgoing(first.next.append)));
    const together = this.queue.findIndex(
      ({ isolated, next }) => isolated || (next && hasOutgoing(next.append)),
    );
    const end = single ? 1 : together === -1 ? largestFlush : Math.min(together, largestFlush);
    return this.queue.splice(0, end);
  }
}

function sizeOf(commits: readonly InFlightCommit[]): InstrumentedFacts['commit'] {
  const records = commits.reduce((sum, { entry }) => sum + entry.records.length, 0);
  return { runs: commits.length, records };
}
