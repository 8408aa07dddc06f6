import type { RecordEffects } from '../../journal/index.js';
import { applyRecord, type RecordDraft, type RunRecord, type RunState } from '../../workflow/index.js';

/** Drafts and what they are in the state, side by side. */
export interface TakenRecords {
  readonly drafts: RecordDraft[];
  readonly records: RunRecord[];
  /** What is written with some of them. */
  readonly effects: Map<RecordDraft, RecordEffects>;
}

function nothingTaken(): TakenRecords {
  return { drafts: [], records: [], effects: new Map() };
}

/** What a run has taken into its state and has not written yet. */
export class PendingRecords {
  private taken: TakenRecords = nothingTaken();
  private opening: RecordDraft | undefined;

  constructor(private readonly state: RunState) {}

  get isEmpty(): boolean {
    return this.taken.drafts.length === 0;
  }

  get isOpening(): boolean {
    return this.opening !== undefined;
  }

  /** The record that comes before the first other one, if there is any: a wake that finds nothing to do leaves no trace. */
  openWith(draft: RecordDraft): void {
    this.opening = draft;
  }

  open(): void {
    const { opening } = this;
    this.opening = undefined;
    if (opening) this.add(opening);
  }

  add(draft: RecordDraft, also?: RecordEffects): void {
    if (also) this.taken.effects.set(draft, also);
    this.taken.drafts.push(draft);
    this.taken.records.push(this.apply(draft));
  }

  /** Hands out what is to be written now; nothing is pending then. */
  take(): TakenRecords {
    const { taken } = this;
    this.taken = nothingTaken();
    return taken;
  }

  /** It was not written after all. */
  putBack(taken: TakenRecords): void {
    this.taken = taken;
  }

  /** Takes a record into the state. The fold reads no hashes: the journal chains when it writes. */
  apply(draft: RecordDraft): RunRecord {
    const { runId, seq } = this.state;
    const { type, step, iteration, item, attempt, call, actor, at, payload } = draft;
    const place = { step, iteration, item, attempt, call };
    const seal = { salt: '', payloadHash: '', hash: '' };
    // Type and payload belong together in the draft, which the compiler forgets once they are apart.
    const record = { type, ...place, actor, at, payload, runId, seq: seq + 1, ...seal } as RunRecord;
    applyRecord(this.state, record);
    return record;
  }
}
