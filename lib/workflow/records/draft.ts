import type { RecordPlace, RecordDraft, RecordType } from './record.js';
import type { RecordPayloads } from './record-payloads.js';

/** A decision that code has taken: the definition, applied to what is known. */
export function decidedByCode<T extends RecordType>(
  workflow: string,
  now: number,
  type: T,
  payload: RecordPayloads[T],
  place: RecordPlace = {},
): RecordDraft<T> {
  return draft({ kind: 'code', id: workflow }, now, type, payload, place);
}

/** What the system does by itself: timers, recovery, claims. */
export function doneBySystem<T extends RecordType>(
  id: string,
  now: number,
  type: T,
  payload: RecordPayloads[T],
  place: RecordPlace = {},
): RecordDraft<T> {
  return draft({ kind: 'system', id }, now, type, payload, place);
}

export function draft<T extends RecordType>(
  actor: RecordDraft['actor'],
  now: number,
  type: T,
  payload: RecordPayloads[T],
  place: RecordPlace = {},
): RecordDraft<T> {
  const { step, iteration, item, attempt, call } = place;
  const at = isoTime(now);
  // Every draft has the same shape, which is what makes objects fast.
  // The compiler can't see that a generic T and its payload make one member of the union.
  return { type, step, iteration, item, attempt, call, actor, at, payload } as RecordDraft<T>;
}

let written = { time: 0, text: new Date(0).toISOString() };

/** Many records tell of the same millisecond, and writing it out costs more than the rest of a draft. */
function isoTime(time: number): string {
  if (time !== written.time) written = { time, text: new Date(time).toISOString() };
  return written.text;
}
