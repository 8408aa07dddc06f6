import type { Usage } from '../../../values/index.js';
import { isProgress, mayFollowTheEnd } from '../../append-rules.js';
import { chainHashed, type Head } from '../../chain/chain.js';
import type { CommitEntry } from './commit-entry.js';
import type { Append, Appended } from '../../journal.js';
import type { HashedDraft } from '../../chain/hashed-draft.js';

/** An append whose caller waits for the answer. */
export interface WaitingAppend {
  readonly append: Append;
  readonly hashed: readonly HashedDraft[];
  resolve(outcome: Appended): void;
  reject(error: unknown): void;
}

/** Records that one entry may gather; beyond that a statement only gets slower. */
const largestEntry = 1_000;

/** The journal of one run that this process holds: where it ends, and what waits to be written behind that. */
export class HeldJournal {
  private readonly waiting: WaitingAppend[] = [];
  private readonly claims: (() => void)[] = [];
  /** An entry is on its way. The next one can't be chained before its outcome is known. */
  private busy = false;
  /** After a data error each append goes by itself, so that only the culprit fails. */
  private alone = false;
  private hasEnded = false;

  constructor(
    readonly runId: string,
    private head: Head,
  ) {}

  /** Nothing more can be written: the run is another's, or nobody knows where its journal ends. */
  get closed(): boolean {
    return this.hasEnded;
  }

  /** Whether its appends go by themselves. */
  get isolated(): boolean {
    return this.alone;
  }

  /** Has the next entry sent. False if one is on its way, somebody has the run alone, or nothing waits. */
  startNext(): boolean {
    if (this.busy || this.grantExclusive() || !this.next) return false;
    this.busy = true;
    return true;
  }

  /** What was on its way has its outcome. */
  settle(): void {
    this.busy = false;
    if (!this.next) this.alone = false;
  }

  /** Resolves when nothing of this run is on its way; nothing else is sent then until `settle`. */
  async exclusive(): Promise<void> {
    if (this.busy) await new Promise<void>((resolve) => this.claims.push(resolve));
    this.busy = true;
  }

  /** Hands the run to the caller that has waited longest for exclusive access. False if none waits. */
  private grantExclusive(): boolean {
    const next = this.claims.shift();
    if (!next) return false;
    this.busy = true;
    next();
    return true;
  }

  push(waiting: WaitingAppend): void {
    this.waiting.push(waiting);
  }

  get next(): WaitingAppend | undefined {
    return this.waiting[0];
  }

  /** The next entry, with the appends that are in it. One with effects is never batched: its outcome is its own. */
  take(): { entry: CommitEntry; appends: WaitingAppend[] } | undefined {
    const [first] = this.waiting;
    if (!first) return undefined;
    const count = first.append.effects || this.alone ? 1 : this.batchable(first.append.epoch);
    const appends = this.waiting.splice(0, count);
    const records = chainHashed(
      this.runId,
      appends.flatMap(({ hashed }) => hashed),
      this.head,
    );
    const usage = appends.reduce<Usage | undefined>((last, { append }) => append.usage ?? last, undefined);
    const { epoch, effects } = first.append;
    return {
      appends,
      entry: {
        runId: this.runId,
        epoch,
        before: this.head,
        after: records.at(-1) ?? this.head,
        records,
        usage,
        effects,
        progress: appends.some(({ append }) => isProgress(append.records)),
        mayFollowTheEnd: mayFollowTheEnd(first.append),
      },
    };
  }

  /** The entry is on disk. */
  advance({ after }: CommitEntry): void {
    this.head = { seq: after.seq, hash: after.hash };
  }

  /** Where the journal ends, to go back to if what follows is rolled back. */
  get end(): Head {
    return this.head;
  }

  /** What was written through a transaction was refused and rolled back: others' appends go by themselves from now on. */
  rewind(end: Head, written: readonly WaitingAppend[]): void {
    this.head = end;
    this.isolate(written);
  }

  /** Appends of which one can't be written are taken again, each by itself. */
  isolate(appends: readonly WaitingAppend[]): void {
    this.alone = true;
    this.putBack(appends);
  }

  /** Takes one append out that waits. */
  remove(waiting: WaitingAppend): void {
    const index = this.waiting.indexOf(waiting);
    if (index >= 0) this.waiting.splice(index, 1);
  }

  /** Puts appends back, to be taken again. */
  putBack(appends: readonly WaitingAppend[]): void {
    this.waiting.unshift(...appends);
  }

  /** Lets go of everything that waits. */
  drain(): WaitingAppend[] {
    this.hasEnded = true;
    return this.waiting.splice(0);
  }

  private batchable(epoch: number): number {
    let records = 0;
    const end = this.waiting.findIndex(({ append }, index) => {
      records += append.records.length;
      return append.effects !== undefined || append.epoch !== epoch || (index > 0 && records > largestEntry);
    });
    return end === -1 ? this.waiting.length : end;
  }
}
