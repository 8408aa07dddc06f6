import type { RecordPayloads } from './record-payloads.js';

/** Who decided what a record tells: code, a model, a person, or the system itself (timers, recovery). */
export interface Actor {
  readonly kind: 'code' | 'model' | 'person' | 'system';
  readonly id: string;
}

export type RecordType = keyof RecordPayloads;

/** Where a record belongs inside the run. */
export interface RecordPlace {
  readonly step?: string | undefined;
  /** From 0; rises each time a loop sends the step round again. */
  readonly iteration?: number | undefined;
  /** Index inside a `forEach` step. */
  readonly item?: number | undefined;
  /** From 1. */
  readonly attempt?: number | undefined;
  /** Key of the call, for `call.*` records and what concerns a call. */
  readonly call?: string | undefined;
}

/** A record before the journal gives it its number and its hash. */
export type RecordDraft<T extends RecordType = RecordType> = {
  [K in T]: RecordPlace & {
    readonly type: K;
    readonly actor: Actor;
    readonly at: string;
    readonly payload: RecordPayloads[K];
  };
}[T];

/** A record as it is in the journal. */
export type RunRecord<T extends RecordType = RecordType> = RecordDraft<T> & {
  readonly runId: string;
  /** From 1, without gaps. */
  readonly seq: number;
  readonly salt: string;
  readonly payloadHash: string;
  readonly hash: string;
};
