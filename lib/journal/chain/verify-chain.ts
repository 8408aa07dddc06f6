import { emptyHead, type Head, hashOfRecord, type StoredRecord } from './chain.js';
import { hashOfPayload } from './hashed-draft.js';

/**
 * What is wrong with a journal:
 * `sequence` – a record is missing, doubled or out of place; `hash` – a field was changed, or a record was put in;
 * `payload` – the content was changed; `erased` – content is gone and no `payload.erased` record tells of it;
 * `head` – records were cut off at the end, or the run's row was changed.
 */
export interface ChainProblem {
  readonly kind: 'sequence' | 'hash' | 'payload' | 'erased' | 'head';
  readonly seq: number;
  readonly message: string;
}

/**
 * Checks all records of one run, in order of `seq`.
 * @param head what the run's row says; a cut-off end can't be seen without it
 * @returns the first problem, or undefined
 */
export function verifyChain(records: readonly StoredRecord[], head?: Head): ChainProblem | undefined {
  const erased = new Set(records.flatMap(erasedBy));
  let previous = emptyHead;
  for (const record of records) {
    const { seq } = record;
    if (seq !== previous.seq + 1) {
      return problem('sequence', previous.seq + 1, `expected record ${previous.seq + 1}, found ${seq}`);
    }
    if (record.hash !== hashOfRecord(previous.hash, record, record)) {
      return problem('hash', seq, `record ${seq} (${record.type}) does not follow from the one before it`);
    }
    if (record.payload === null || record.salt === null) {
      if (!erased.has(seq))
        return problem('erased', seq, `the payload of record ${seq} is gone without a record of it`);
    } else if (record.payloadHash !== hashOfPayload(record.salt, record.payload)) {
      return problem(
        'payload',
        seq,
        `the payload of record ${seq} (${record.type}) is not the one that was written`,
      );
    }
    previous = record;
  }
  if (head && (head.seq !== previous.seq || head.hash !== previous.hash)) {
    return problem(
      'head',
      previous.seq + 1,
      `the run's row is at record ${head.seq}, the journal ends at ${previous.seq}`,
    );
  }
  return undefined;
}

function problem(kind: ChainProblem['kind'], seq: number, message: string): ChainProblem {
  return { kind, seq, message };
}

function erasedBy({ type, payload }: StoredRecord): readonly number[] {
  const named =
    type === 'payload.erased' ? (payload as { records?: readonly number[] } | null)?.records : undefined;
  return named ?? [];
}
