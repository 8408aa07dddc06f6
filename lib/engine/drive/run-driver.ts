import type { Clock } from '../../clock/index.js';
import { asError } from '../../errors/index.js';
import type { CommitEffects, InboxMessage, Journal } from '../../journal/index.js';
import { type Instrumentation, instrumented } from '../../scope/index.js';
import type { JsonValue } from '../../values/index.js';
import { type Action, type Activation, plan, type RecordDraft, type Wait } from '../../workflow/index.js';
import { WakeSignal } from './wake-signal.js';
import { RunningAttempts } from './running-attempts.js';
import type { HeldRun } from '../held-run/held-run.js';
import { readable } from './inbox.js';
import { nextTime } from './next-time.js';
import { RunInbox } from './run-inbox.js';
import type { RunSurroundings } from './run-surroundings.js';
import { pauses, type WaitRecord, waitRecord } from './boundary-records.js';
import { endEffects, isEnd, orphanedBy, type Post } from './run-end.js';
import { belongsToEnding, isPerform, attemptsToStart } from './attempts-to-start.js';
import type { StepAttempt } from '../attempt/step-attempt.js';
import type { AttemptOutcome } from '../attempt/attempt-outcome.js';

/** A wait no longer than this is sat out; a longer one gives the run back. Milliseconds. */
const shortWait = 3_000;

/** What a run has come to. `unchanged`: a wake has found nothing to do; `drained`: it may go on elsewhere. */
export type DriveOutcome =
  | { readonly kind: 'ended' | 'unchanged' | 'drained' }
  | { readonly kind: 'waiting'; readonly record: WaitRecord };

export interface DriverPorts {
  readonly journal: Pick<Journal, 'inbox'>;
  readonly clock: Clock;
  readonly workerId: string;
  readonly instrumentation: Instrumentation | undefined;
  readonly surroundings: RunSurroundings;
  begin(run: HeldRun, activation: Activation): StepAttempt;
  perform(attempt: StepAttempt): Promise<AttemptOutcome>;
  /** Checks what a person has written in place of the run's input. */
  admit(run: HeldRun, input: JsonValue): Promise<readonly RecordDraft[]>;
  /** Runs that were left a message by a commit of this one. */
  posted(runIds: readonly string[]): void;
}

/** Drives one held run from its claim until it ends or has to wait: inbox → plan → perform → append, again and again. */
export class RunDriver {
  private readonly running = new RunningAttempts();
  private readonly wakeSignal = new WakeSignal();
  private readonly inbox: RunInbox;
  /** Children that nobody waits for any more: told with the next commit. */
  private orphans: Post[] = [];
  private isDraining = false;

  constructor(
    private readonly run: HeldRun,
    private readonly ports: DriverPorts,
  ) {
    this.inbox = new RunInbox(ports.journal, run.row.id, run.row.inboxPending > 0);
  }

  /** Somebody may have left a message. */
  wake(): void {
    this.inbox.markUnread();
    this.wakeSignal.notify();
  }

  /** What is going on in it. */
  get attempts(): StepAttempt[] {
    return this.running.all;
  }

  /** Whether somebody has rung since it last looked: after its end nobody will. */
  get isUnread(): boolean {
    return this.inbox.isUnread;
  }

  /** Starts nothing new; the run is given back when what is in flight has ended. */
  drain(): void {
    this.isDraining = true;
    this.wakeSignal.notify();
  }

  /** Drops the run at once: another worker has it, or this one can't be sure. */
  abandon(reason: Error): void {
    this.run.lose(reason);
    this.running.abortAll(reason);
    this.wakeSignal.notify();
  }

  /**
   * Resolves when the run has ended or waits, or may go on elsewhere.
   * @throws {LeaseLostError} or what the database says; everything in flight is aborted then.
   */
  async drive(): Promise<DriveOutcome> {
    try {
      for (;;) {
        const done = await instrumented(
          this.ports.instrumentation,
          'turn',
          () => ({ runId: this.run.state.runId, workflow: this.run.definition.name }),
          () => this.turn(),
        );
        if (done) return done;
      }
    } catch (error) {
      this.abandon(asError(error));
      throw error;
    }
  }

  private async turn(): Promise<DriveOutcome | undefined> {
    if (this.run.lost) throw this.run.lost;
    const messages = this.inbox.isUnread ? await this.inbox.readNew() : [];
    const { state } = this.run;
    const looking = this.ports.surroundings.look(this.run, messages);
    const found = looking ? await looking : [];
    const decided = this.decide(messages, found);
    if (decided.end) return this.end(decided.end);
    const edited = decided.actions.find((action) => action.kind === 'admit');
    if (edited) return void this.take(await this.ports.admit(this.run, edited.input));
    const halt = this.ports.surroundings.haltOf(state);
    const performs = this.isDraining
      ? []
      : attemptsToStart(decided.actions, this.run, this.running, halt !== undefined);
    if (this.running.size === 0 && performs.length === 0) return this.waitOrRelease(decided.actions, halt);
    if (this.hasNews) await this.write();
    // Goes with the first record that there is to write: a start by itself is worth no commit.
    if (performs.length > 0) this.run.open();
    for (const { activation } of performs) this.start(activation);
    await this.nextEvent(decided.actions);
    return undefined;
  }

  /** Whether there is anything that the next commit would write. */
  private get hasNews(): boolean {
    return this.run.hasNews || this.inbox.hasPendingAck || this.orphans.length > 0;
  }

  /** Everything that was taken in and decided since the last time, in one commit. */
  private async write(
    effects: CommitEffects = {},
    whenReleased: readonly RecordDraft[] = [],
  ): Promise<'ok' | 'inbox-not-empty'> {
    const outgoing = [...(effects.outgoing ?? []), ...this.orphans];
    const all = { ...effects, ...this.inbox.consumed, ...(outgoing.length > 0 ? { outgoing } : {}) };
    const outcome = await this.run.flush(all, whenReleased);
    if (outcome === 'inbox-not-empty') return outcome;
    this.inbox.acknowledge();
    this.orphans = [];
    if (outgoing.length > 0) this.ports.posted(outgoing.map(({ runId }) => runId));
    return outcome;
  }

  private take(drafts: readonly RecordDraft[]): void {
    for (const draft of drafts) {
      this.orphans.push(...orphanedBy(this.run.state, draft));
      this.run.take([draft]);
    }
  }

  /** Takes in what has come, and decides until there is nothing left to decide without doing something. */
  private decide(
    messages: readonly InboxMessage[],
    found: readonly RecordDraft[],
  ): {
    readonly actions: readonly Action[];
    readonly end?: CommitEffects;
  } {
    const { run, running } = this;
    for (const message of messages) this.take(readable(message, run.state, run.payloadLimit));
    this.take(found);
    running.drainSettled(run.definition, run.state, run.now(), (drafts) => this.take(drafts));
    for (;;) {
      const actions = plan(run.definition, run.state, run.now());
      running.abortStale(run.state);
      if (running.isBusy && actions.some(belongsToEnding)) {
        running.abortAll();
        return { actions: [] };
      }
      const drafts: RecordDraft[] = [];
      for (const action of actions) if (action.kind === 'record') drafts.push(action.record);
      if (drafts.length === 0) return { actions };
      const end = drafts.find(isEnd);
      const effects = end && endEffects(run.state, end);
      this.take(drafts);
      if (effects) return { actions, end: effects };
    }
  }

  private start(activation: Activation): void {
    const attempt = this.ports.begin(this.run, activation);
    this.running.add(attempt);
    // `perform` never rejects; if it did, it would be the run's own failure, never an unhandled rejection.
    this.ports.perform(attempt).then(
      (outcome) => {
        this.running.settle(attempt, outcome.kind === 'settled' ? outcome.drafts : []);
        this.wakeSignal.notify();
      },
      (error: unknown) => {
        this.running.settle(attempt, []);
        this.abandon(asError(error));
      },
    );
  }

  /** Nothing is in flight: sits out a short wait, gives the run back for a long one. */
  private async waitOrRelease(
    actions: readonly Action[],
    halt: Wait | undefined,
  ): Promise<DriveOutcome | undefined> {
    const { run, ports } = this;
    if (this.isDraining && !halt && actions.some(isPerform)) {
      await this.write();
      return { kind: 'drained' };
    }
    const until = nextTime(actions, this.run, this.running.size > 0);
    const rest = until === undefined ? Number.POSITIVE_INFINITY : until - run.now();
    if (rest <= shortWait && !this.isDraining && !run.state.paused && !halt) {
      await this.write();
      await this.wakeSignal.sleep(ports.clock, Math.max(0, rest));
      return undefined;
    }
    const waits = actions.flatMap((action) => (action.kind === 'wait' ? [action.wait] : []));
    if (halt && actions.some(isPerform)) waits.push(halt);
    const pause = waits.find(pauses);
    const status = pause ? 'paused' : 'waiting';
    const release = ports.surroundings.releaseOf(until, waits);
    // A wake that found nothing to do: the run goes back without a trace.
    const record = run.state.status === status ? undefined : waitRecord(run, ports.workerId, waits, pause);
    if ((await this.write({ status, release }, record ? [record] : [])) === 'ok')
      return record ? { kind: 'waiting', record } : { kind: 'unchanged' };
    this.inbox.markUnread();
    return undefined;
  }

  /** Messages that come too late for a run that ends are marked as read. */
  private async end(effects: CommitEffects): Promise<DriveOutcome> {
    while ((await this.write(effects)) === 'inbox-not-empty') {
      this.inbox.markUnread();
      await this.inbox.readNew();
    }
    return { kind: 'ended' };
  }

  /** Until an attempt has ended, a message has come, or a time is reached. */
  private nextEvent(actions: readonly Action[]): Promise<void> {
    const until = nextTime(actions, this.run, this.running.size > 0);
    if (until === undefined) return this.wakeSignal.wait();
    const rest = Math.max(0, until - this.run.now());
    const timer = this.ports.clock.after(rest, () => this.wakeSignal.notify());
    return this.wakeSignal.wait().then(() => timer.cancel());
  }
}
