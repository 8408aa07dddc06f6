import { type Attempt, type CallFrame, markSuspended, release } from '../../gate/index.js';
import { draft, type RecordDraft, type Wait } from '../../workflow/index.js';
import type { HeldRun } from '../held-run/held-run.js';

interface SuspendedCall {
  readonly frame: CallFrame;
  /** To be recorded before the wait, or at once where others are in flight: then there are none left. */
  drafts: readonly RecordDraft[];
  readonly wait: Wait;
}

/** Whose calls they are. */
export interface CallOwner extends Pick<Attempt, 'place' | 'stop'> {
  readonly run: HeldRun;
  /** Refuses every further call. */
  close(): void;
}

/** The calls of one attempt that are in flight, those of them that wait, and when nothing of the attempt continues. */
export class CallsInFlight {
  private readonly all = new Set<CallFrame>();
  private readonly suspended: SuspendedCall[] = [];
  private isQuiescent = false;
  private listeners: (() => void)[] = [];

  constructor(private readonly owner: CallOwner) {}

  get frames(): ReadonlySet<CallFrame> {
    return this.all;
  }

  admit(frame: CallFrame): void {
    this.all.add(frame);
    this.owner.run.calls.add(frame);
  }

  leave(frame: CallFrame): void {
    this.all.delete(frame);
    this.owner.run.calls.delete(frame);
    if (this.owner.stop.aborted) this.settleAbort();
    else this.checkQuiescence();
  }

  /** Never settles: a catch or a finally in user code can't swallow the wait. */
  suspend(frame: CallFrame, drafts: readonly RecordDraft[], wait: Wait): Promise<never> {
    markSuspended(frame);
    for (let one: CallFrame | undefined = frame; one; one = one.parent) one.call.batch?.left();
    this.suspended.push({ frame, drafts, wait });
    // A delegation is at the end of its method: there are no other branches.
    if (wait.for === 'run') void this.settleSuspension();
    else this.checkQuiescence();
    return new Promise<never>(() => undefined);
  }

  /** After the attempt was aborted. */
  abort(): void {
    this.releaseReservations();
    this.settleAbort();
  }

  /** Calls once, when the attempt waits for somebody, or was aborted and nothing of it continues. */
  onQuiescent(listener: () => void): void {
    if (this.isQuiescent) listener();
    else this.listeners.push(listener);
  }

  /** An aborted attempt is over when no call is in flight that could still put something on record. */
  private settleAbort(): void {
    if (!this.hasUnsuspended()) this.markQuiescent();
  }

  /** Whether a call is in flight that does not wait. */
  private hasUnsuspended(): boolean {
    return [...this.all].some((frame) => !frame.suspended);
  }

  /** What waits reserves nothing any more: the limits of a child are part of its wait, if it comes to that. */
  private releaseReservations(): readonly SuspendedCall[] {
    const pending = this.suspended.splice(0);
    for (const { frame } of pending) release(this.owner.run, frame);
    return pending;
  }

  private markQuiescent(): void {
    this.isQuiescent = true;
    for (const frame of this.all) this.owner.run.calls.delete(frame);
    for (const listener of this.listeners.splice(0)) listener();
  }

  /** Other branches of the step continue as long as they have calls in flight; between two calls they get a moment. */
  private checkQuiescence(): void {
    if (this.suspended.length === 0) return;
    setImmediate(() => {
      if (this.hasUnsuspended()) this.askMeanwhile();
      else void this.settleSuspension();
    });
  }

  /** People can answer while other calls are still in flight. */
  private askMeanwhile(): void {
    const drafts = this.suspended.flatMap((call) => call.drafts);
    if (drafts.length === 0 || this.owner.stop.aborted) return;
    for (const call of this.suspended) call.drafts = [];
    // If the run is lost to this worker, its driver learns of it from the run itself.
    this.owner.run.append(drafts).catch(() => undefined);
  }

  /** Once every other call in flight is on record, the attempt's wait is. */
  private async settleSuspension(): Promise<void> {
    const { run, place, stop } = this.owner;
    if (this.suspended.length === 0 || stop.aborted || this.hasUnsuspended()) return;
    this.owner.close();
    const pending = this.releaseReservations();
    const waits = pending.map(({ wait }) => wait);
    const waiting = draft(
      { kind: 'code', id: run.definition.name },
      run.now(),
      'step.waiting',
      { waits },
      place,
    );
    try {
      await run.append([...pending.flatMap(({ drafts }) => drafts), waiting]);
    } catch {
      // The run is lost to this worker; its driver learns of it from the run itself.
    }
    this.markQuiescent();
  }
}
