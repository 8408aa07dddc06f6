import { type ChainProblem, type Journal, verifyChain } from '../journal/index.js';

/** The first thing that is wrong with one run's records. */
export interface AuditProblem {
  readonly runId: string;
  readonly kind: ChainProblem['kind'] | 'run';
  /** Of the record where it begins to be wrong. */
  readonly seq: number;
  readonly message: string;
}

export interface AuditReport {
  /** Every record is the one that was written, and none is missing. */
  readonly ok: boolean;
  readonly runs: number;
  readonly records: number;
  readonly problems: readonly AuditProblem[];
}

/** A run that is being written moves on while it is read; so often that is tried again. */
const attempts = 20;

/** Reads a run's row and records as of one moment, and checks the chain up to the head that the row names. */
export async function verifyRun(
  journal: Pick<Journal, 'find' | 'read'>,
  runId: string,
): Promise<AuditReport> {
  for (let attempt = 1; ; attempt++) {
    const before = await journal.find(runId);
    const records = await journal.read(runId);
    const after = await journal.find(runId);
    if (!before || !after) {
      if (records.length === 0) return report(runId, 0, undefined);
      const message = `the run's row is gone, and ${records.length} of its records are still there`;
      return report(runId, records.length, { kind: 'run', seq: 0, message });
    }
    const still = before.seq === after.seq && before.headHash === after.headHash;
    if (!still && attempt < attempts) continue;
    // what came after the row was read belongs to the next check
    const seen = still ? records : records.slice(0, before.seq);
    return report(runId, seen.length, verifyChain(seen, { seq: before.seq, hash: before.headHash }));
  }
}

/** Reports of several runs as one. */
export function together(reports: readonly AuditReport[]): AuditReport {
  return {
    ok: reports.every(({ ok }) => ok),
    runs: reports.reduce((sum, { runs }) => sum + runs, 0),
    records: reports.reduce((sum, { records }) => sum + records, 0),
    problems: reports.flatMap(({ problems }) => problems),
  };
}

function report(
  runId: string,
  records: number,
  problem: Omit<AuditProblem, 'runId'> | undefined,
): AuditReport {
  return { ok: !problem, runs: 1, records, problems: problem ? [{ runId, ...problem }] : [] };
}
