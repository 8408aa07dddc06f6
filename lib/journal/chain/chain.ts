import { sha256 } from '../../values/index.js';
import type { RecordDraft, RunRecord } from '../../workflow/index.js';
import { recordLimit, hashDraft, type HashedDraft } from './hashed-draft.js';

/** Where a journal ends: what the next record is chained to. */
export interface Head {
  readonly seq: number;
  readonly hash: string;
}

/** Before the first record. */
export const emptyHead: Head = Object.freeze({ seq: 0, hash: '' });

/** A record as it is stored. Payload and salt are null once they have been erased. */
export type StoredRecord = Omit<RunRecord, 'payload' | 'salt'> & {
  readonly payload: unknown;
  readonly salt: string | null;
};

/** A hashed draft with its place in the chain. */
export interface ChainedDraft extends HashedDraft {
  readonly runId: string;
  readonly seq: number;
  readonly hash: string;
}

/** Gives drafts their numbers and hashes, behind `head`. */
export function chainRecords(runId: string, drafts: readonly RecordDraft[], head: Head): RunRecord[] {
  const hashed = drafts.map((draft) => hashDraft(runId, draft, recordLimit));
  return chainHashed(runId, hashed, head).map(recordOf);
}

export function chainHashed(runId: string, hashed: readonly HashedDraft[], head: Head): ChainedDraft[] {
  let previous = head;
  return hashed.map((one) => {
    const { draft, at, json, salt, payloadHash } = one;
    const seq = previous.seq + 1;
    const hash = hashOfRecord(previous.hash, draft, { runId, seq, at, payloadHash });
    previous = { seq, hash };
    return { draft, json, salt, payloadHash, at, runId, seq, hash };
  });
}

/** The record as anybody will read it: its payload after the JSON round trip. */
export function recordOf({ draft, json, salt, payloadHash, at, runId, seq, hash }: ChainedDraft): RunRecord {
  const payload = JSON.parse(json) as RecordDraft['payload'];
  // The spread keeps type and payload together, which the compiler can't see.
  return { ...draft, payload, at, runId, seq, salt, payloadHash, hash } as RunRecord;
}

/**
 * SHA-256(previous hash ‖ canonical JSON of every field but payload and salt). Absent fields don't count.
 * The keys are in the order of RFC 8785 already, and texts and whole numbers are written alike there and in
 * `JSON.stringify`, which is several times as fast as sorting.
 */
export function hashOfRecord(
  previous: string,
  what: Pick<StoredRecord, 'type' | 'step' | 'iteration' | 'item' | 'attempt' | 'call' | 'actor'>,
  where: Pick<StoredRecord, 'runId' | 'seq' | 'at' | 'payloadHash'>,
): string {
  const { type, step, iteration, item, attempt, call } = what;
  const { kind, id } = what.actor;
  const { runId, seq, at, payloadHash } = where;
  const actor = { id, kind };
  const facts = { actor, at, attempt, call, item, iteration, payloadHash, runId, seq, step, type };
  return sha256(previous + JSON.stringify(facts));
}
