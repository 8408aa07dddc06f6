import { runNotFound } from '../../access/index.js';
import { RunNotFoundError } from '../../errors/index.js';
import type { RunEvents } from '../../events/index.js';
import type { PeerProcesses } from '../../leases/index.js';
import type { Journal, RunRow } from '../../journal/index.js';
import { requireId } from '../../values/index.js';
import { fold, isFinished, type RunRecord, type RunStatus } from '../../workflow/index.js';
import { RunChangeSignal } from './run-change-signal.js';
import type { LocalSettlements } from './local-settlements.js';
import { resultOf, type RunResult, waitsOf } from '../api/run-result.js';

/** Runs of other processes are looked at this often, in milliseconds: quickly at first. */
const polling = { first: 20, most: 1_000, factor: 1.5 };
/** The longest time between two looks where the others tell their news: it may have been lost. */
const mostWithNews = 5_000;
/** Reads in a row that may fail before the caller is told: a database may be away for a while. */
const mostFailures = 30;

/** Waits for runs, whichever process drives them. */
export class RunWatcher {
  constructor(
    private readonly journal: Pick<Journal, 'find' | 'read'>,
    private readonly events: RunEvents,
    private readonly peers: Pick<PeerProcesses, 'watch' | 'isListening'>,
    private readonly settlements: LocalSettlements,
  ) {}

  /** Until the run has ended, however long it waits in between. @throws {RunNotFoundError} */
  async finished(runId: string): Promise<RunResult> {
    return this.until(requireId(runId, 'runId'), isFinished);
  }

  /**
   * Until the run has ended or waits, and has read what it was told. A run that only waits for its children continues by
   * itself, unless one of them waits for something else.
   * @param where `'driven here'`: it is about to begin in this process, so there is nothing to read yet
   * @throws {RunNotFoundError}
   */
  async idle(runId: string, where?: 'driven here'): Promise<RunResult> {
    const id = requireId(runId, 'runId');
    let wait = polling.first;
    for (let begun = where; ; begun = undefined, wait = this.longer(wait)) {
      const result = await this.untilIdle(id, begun);
      if (result.status !== 'waiting') return result;
      const { waitingFor } = result;
      const children = waitingFor.flatMap((one) => (one.for === 'run' ? [one.runId] : []));
      if (children.length < waitingFor.length || children.length === 0) return result;
      const results = await Promise.all(children.map((child) => this.idle(child)));
      const theirs = results.flatMap((rest) => ('waitingFor' in rest ? rest.waitingFor : []));
      if (theirs.length > 0) return { ...result, waitingFor: [...waitingFor, ...theirs] };
      // They have ended, and it is yet to hear of that. Looking without a pause would keep it from doing so.
      await this.news(id, wait);
    }
  }

  /** At most that many milliseconds. */
  private async news(runId: string, most: number): Promise<void> {
    const signal = new RunChangeSignal(runId, this.events, this.peers, this.settlements, false);
    await signal.next(most);
    signal.stop();
  }

  private untilIdle(runId: string, where: 'driven here' | undefined): Promise<RunResult> {
    return this.until(
      runId,
      (status) => isFinished(status) || status === 'waiting' || status === 'paused',
      // A decision or a signal that nobody has taken up yet: the run is about to continue.
      ({ inboxPending, finishedAt }) => inboxPending === 0 || finishedAt !== null,
      where,
    );
  }

  private async until(
    runId: string,
    isEnough: (status: RunStatus) => boolean,
    isCalm: (row: RunRow) => boolean = () => true,
    where?: 'driven here',
  ): Promise<RunResult> {
    const signal = new RunChangeSignal(runId, this.events, this.peers, this.settlements, where !== undefined);
    try {
      let failures = 0;
      if (where) {
        const rest = await signal.next(polling.most);
        if (rest && isEnough(rest.status)) return rest;
      }
      for (let wait = polling.first; ; wait = this.longer(wait)) {
        try {
          const result = await this.look(runId, isEnough, isCalm);
          if (result) return result;
          failures = 0;
        } catch (error) {
          failures += 1;
          if (error instanceof RunNotFoundError || failures > mostFailures) throw error;
        }
        // A caller that is notified need not poll: polling costs more than a step.
        const rest = await signal.next(signal.isLocal ? polling.most : wait);
        if (rest && isEnough(rest.status)) return rest;
      }
    } finally {
      signal.stop();
    }
  }

  private async look(
    runId: string,
    isEnough: (status: RunStatus) => boolean,
    isCalm: (row: RunRow) => boolean,
  ): Promise<RunResult | undefined> {
    const row = await this.journal.find(runId);
    if (!row) throw runNotFound(runId);
    const result = isEnough(row.status) && isCalm(row) ? await this.read(runId) : undefined;
    return result && isEnough(result.status) ? result : undefined;
  }

  async read(runId: string): Promise<RunResult | undefined> {
    const records = await this.journal.read(runId);
    if (records.length === 0) throw runNotFound(runId);
    const state = fold(records);
    return resultOf(state, waitsOf(records.findLast(isWaitRecord), state));
  }

  private longer(wait: number): number {
    return Math.min(this.peers.isListening ? mostWithNews : polling.most, wait * polling.factor);
  }
}

function isWaitRecord(record: RunRecord): record is RunRecord<'run.waiting'> | RunRecord<'run.paused'> {
  return record.type === 'run.waiting' || record.type === 'run.paused';
}
