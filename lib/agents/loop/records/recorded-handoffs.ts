import type { RecordedCall } from '../../../scope/index.js';
import type { JsonValue } from '../../../values/index.js';

/** A handoff that is on record. */
export interface RecordedHandoff {
  /** Of its record in the journal. */
  readonly seq: number;
  /** Of the turn that asked for it. */
  readonly number: number;
  readonly to: string;
  /** The input of the target. */
  readonly passed: JsonValue | undefined;
}

/** In their order. */
export function recordedHandoffs(calls: readonly RecordedCall[]): readonly RecordedHandoff[] {
  return calls
    .filter(({ kind, status }) => kind === 'handoff' && status === 'completed')
    .map(({ seq, name, position: [number = 0], result }) => ({ seq, number, to: name, passed: result }));
}
