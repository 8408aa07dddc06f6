import type { EntityManager } from 'typeorm';
import type { ConversationWrite, Visibility } from '../scope/index.js';
import type { Page, Principal, Usage } from '../values/index.js';
import type { RecordDraft, ReviewRequested, RunCreated, RunRecord, RunStatus } from '../workflow/index.js';
import type { InboxMessage, PostedMessage } from './inbox-message.js';
import type { Settlement } from './settlement.js';

/** A run as its row stands: where it is, who holds it. */
export interface RunRow {
  readonly id: string;
  readonly workflow: string;
  readonly version: string;
  readonly definitionHash: string;
  /** As in `run.created`. Stands here too, because a claim cannot read payloads. */
  readonly format: number;
  readonly status: RunStatus;
  readonly seq: number;
  readonly headHash: string;
  readonly workerId: string | null;
  readonly leaseEpoch: number;
  readonly inboxPending: number;
  readonly recoveryCount: number;
  readonly wakeAt: Date | null;
  readonly priority: number;
  readonly principal: Principal | null;
  readonly tenant: string | null;
  /** Ids of who has shaped it. */
  readonly shapedBy: readonly string[];
  readonly tags: readonly string[];
  readonly correlationId: string | null;
  readonly idempotencyKey: string | null;
  readonly inputHash: string;
  readonly parentRunId: string | null;
  readonly usage: Usage;
  readonly createdAt: Date;
  readonly finishedAt: Date | null;
}

export interface NewRun {
  readonly id: string;
  /** Its format is the current one. */
  readonly created: Omit<RunCreated, 'format'>;
  /** Hash of the validated input: what an idempotency key stands for. */
  readonly inputHash: string;
  readonly at: string;
  /**
   * Further records of the first append: a refused start is recorded as a failed run this way.
   * `status` is then `failed`, else `pending`.
   */
  readonly records?: readonly RecordDraft[];
  readonly status?: 'pending' | 'failed';
  /** The worker that holds it from the first moment, at epoch 1: it needs no wake and no claim. @default none */
  readonly holder?: string;
}

/** `existing`: the idempotency key or the id was there before; `sameInput` says whether it was for the same input. */
export type Created =
  | {
      readonly outcome: 'created';
      readonly runId: string;
      /** As `open` would give it; of a run that has a `holder`. */
      readonly held?: OpenedRun;
    }
  | { readonly outcome: 'existing'; readonly runId: string; readonly sameInput: boolean };

/** A review row to be inserted, or closed, in the same commit as the records that tell of it. */
export type ReviewChange =
  | {
      readonly change: 'open';
      readonly review: ReviewRequested;
      readonly step?: string;
      readonly iteration?: number;
      readonly item?: number;
      readonly attempt?: number;
    }
  | { readonly change: 'close'; readonly reviewId: string; readonly status: 'replaced' | 'expired' };

/** What goes with the records into one commit, at the edges of a run's stretches. */
export interface CommitEffects {
  readonly status?: RunStatus;
  /** Gives the run back in the same commit. Refused (`'inbox-not-empty'`) while its inbox holds something. `wakeAt`: ISO, or null for none. */
  readonly release?: {
    readonly wakeAt: string | null;
    /** By name of a limit that it waits for: the generation of the limit that has stopped it. */
    readonly waitsFor?: Readonly<Record<string, number>> | undefined;
  };
  /** Refused (`'switched'`) if the kill switch is of another generation by now. */
  readonly ifSwitches?: number | undefined;
  /** Inbox messages that these records tell of. */
  readonly consumed?: readonly string[];
  readonly reviews?: readonly ReviewChange[];
  /** What is said in conversations. */
  readonly conversations?: readonly ConversationWrite[];
  /** What calls have used of budgets that many runs share. */
  readonly settlements?: readonly Settlement[];
  /** Messages to other runs: a child's end, for its parent. */
  readonly outgoing?: readonly { readonly runId: string; readonly message: PostedMessage }[];
  readonly finishedAt?: string;
}

/** What is written with a record, into other tables and under further conditions. */
export type RecordEffects = Pick<CommitEffects, 'conversations' | 'ifSwitches' | 'settlements'>;

export interface Append {
  readonly runId: string;
  readonly epoch: number;
  readonly records: readonly RecordDraft[];
  /** Run total after these records. */
  readonly usage?: Usage;
  readonly effects?: CommitEffects;
}

/**
 * `ok` – on disk; `fenced` – another worker holds the run, nothing was written;
 * `inbox-not-empty` – nothing was written, since a release was asked for and the inbox is not empty;
 * `switched` – nothing was written, since the kill switch was changed.
 */
export type Appended = 'ok' | 'fenced' | 'inbox-not-empty' | 'switched';

export interface OpenedRun {
  readonly row: RunRow;
  readonly records: readonly RunRecord[];
}

/** The run is its journal: ordered records, written only by the holder, read by everybody. */
export abstract class Journal {
  /** Inserts runs with their `run.created`. One statement for the lot; answers in the same order. Those with a `holder` are open. */
  abstract create(runs: readonly NewRun[]): Promise<Created[]>;
  /** After a claim: the row and all records. Sets what `append` chains to. */
  abstract open(runId: string): Promise<OpenedRun>;
  /** Forgets a held run. */
  abstract close(runId: string): void;
  /**
   * Writes records behind the head of a run that this process holds. Appends of one run keep their order.
   * @throws {PayloadError} if a payload is larger than the limit; the run is as it was.
   */
  abstract append(append: Append): Promise<Appended>;
  /**
   * Has `work` write through a database transaction; the append that it gives back goes into the same commit, last of all.
   * `fenced`: another worker holds the run, and everything was rolled back.
   * @throws what `work` throws, after a rollback
   */
  abstract transact(runId: string, work: (manager: EntityManager) => Promise<Append>): Promise<Appended>;
  /** Leaves a message for the holder, and touches the run so that somebody comes for it. Returns false if there is no such run. */
  abstract post(runId: string, message: PostedMessage): Promise<boolean>;
  /** Unread messages, oldest first. */
  abstract inbox(runId: string): Promise<InboxMessage[]>;
  /**
   * One run's row, or undefined.
   * @param tenant only if it is of this one; null: of none. @default whose it is does not matter
   */
  abstract find(runId: string, tenant?: string | null): Promise<RunRow | undefined>;
  /** These people have shaped a run. */
  abstract shape(runId: string, people: readonly string[]): Promise<void>;
  /** Records of a run from `afterSeq` (exclusive), in order. */
  abstract read(runId: string, afterSeq?: number): Promise<RunRecord[]>;
  /** Runs by filter, newest first, in cursor pages. @param visible only those */
  abstract list(filter: RunFilter, visible?: Visibility): Promise<Page<RunRow>>;
}

export interface RunFilter {
  readonly workflow?: string | undefined;
  readonly status?: RunStatus | readonly RunStatus[] | undefined;
  readonly tag?: string | undefined;
  readonly principal?: string | undefined;
  readonly tenant?: string | undefined;
  readonly parentRunId?: string | undefined;
  readonly from?: Date | undefined;
  readonly to?: Date | undefined;
  /** @default 50, at most 500 */
  readonly limit?: number | undefined;
  readonly cursor?: string | undefined;
}
