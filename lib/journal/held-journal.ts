import type { Usage } from '../values/index.js';
import { isProgress, mayFollowTheEnd } from './append-rules.js';
import { chainSealed, type Head } from './chain.js';
import type { CommitEntry } from './commit-entry.js';
import type { Append, Appended } from './journal.js';
import type { SealedDraft } from './seal.js';

/** An append whose caller waits for the answer. */
export interface WaitingAppend {
  readonly append: Append;
  readonly sealed: readonly SealedDraft[];
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
  busy = false;
  /** After a data error each append goes by itself, so that only the culprit fails. */
  alone = false;
  /** Nothing more can be written: the run is another's, or nobody knows where its journal ends. */
  closed = false;

  constructor(
    readonly runId: string,
    private head: Head,
  ) {}

  /** Resolves when nothing of this run is on its way; nothing else is sent then until `busy` is lifted. */
  async exclusive(): Promise<void> {
    if (this.busy) await new Promise<void>((resolve) => this.claims.push(resolve));
    this.busy = true;
  }

  /** Hands the run to whoever has waited longest to have it alone. False if nobody has. */
  handOver(): boolean {
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

  /** The next entry, with the appends that are in it. One with an edge is never gathered: its outcome is its own. */
  take(): { entry: CommitEntry; appends: WaitingAppend[] } | undefined {
    const [first] = this.waiting;
    if (!first) return undefined;
    const gathered = first.append.edge || this.alone ? 1 : this.gatherable(first.append.epoch);
    const appends = this.waiting.splice(0, gathered);
    const records = chainSealed(
      this.runId,
      appends.flatMap(({ sealed }) => sealed),
      this.head,
    );
    const usage = appends.reduce<Usage | undefined>((last, { append }) => append.usage ?? last, undefined);
    const { epoch, edge } = first.append;
    return {
      appends,
      entry: {
        runId: this.runId,
        epoch,
        before: this.head,
        after: records.at(-1) ?? this.head,
        records,
        usage,
        edge,
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
    this.alone = true;
    this.putBack(written);
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
    this.closed = true;
    return this.waiting.splice(0);
  }

  private gatherable(epoch: number): number {
    let records = 0;
    const end = this.waiting.findIndex(({ append }, index) => {
      records += append.records.length;
      return append.edge !== undefined || append.epoch !== epoch || (index > 0 && records > largestEntry);
    });
    return end === -1 ? this.waiting.length : end;
  }
}
