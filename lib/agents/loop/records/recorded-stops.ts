import type { LoopStop, StoppedLoop } from '../../../models/index.js';
import type { CallPosition, RecordedCall } from '../../../scope/index.js';
import type { JsonValue } from '../../../values/index.js';
import { stopFacts } from './recorded-turns.js';

/** Where a loop was stopped, as the record of it tells. */
export interface RecordedStop {
  /** Of the last turn. */
  readonly number: number;
  /** How many of the tool calls of that turn were performed. */
  readonly performed: number;
  /** Milliseconds that the loop had worked. */
  readonly active: number;
  readonly stop: LoopStop;
}

export type StopFacts = Omit<RecordedStop, 'number'>;

/** What is on record about the end of a turn: the verdict of a condition, or that a person lets the loop go on. */
export const stopRecords = {
  verdict: { name: 'stopped', place: 0 },
  question: { name: 'goOn', place: 1 },
} as const;

export type StopRecord = (typeof stopRecords)[keyof typeof stopRecords];

export function stopPosition({ place }: StopRecord, number: number): CallPosition {
  return [number, place];
}

/** What is put on record, and before a person. */
export function stopFactsOf({ performed, stop }: StoppedLoop, active: number): Record<string, JsonValue> {
  return { performed, active, stop: stopFacts(stop) };
}

/** Verdicts of conditions that are not asked again. */
export function recordedVerdicts(calls: readonly RecordedCall[]): readonly RecordedStop[] {
  return stopsOf(calls, stopRecords.verdict);
}

/** Where people have let the loop go on. */
export function recordedAllowances(calls: readonly RecordedCall[]): readonly RecordedStop[] {
  return stopsOf(calls, stopRecords.question, ({ result }) => result === undefined);
}

function stopsOf(
  calls: readonly RecordedCall[],
  { name, place }: StopRecord,
  applies: (call: RecordedCall) => boolean = () => true,
): readonly RecordedStop[] {
  return calls
    .filter((call) => call.kind === 'once' && call.name === name && call.status === 'completed')
    .filter((call) => call.position[1] === place && applies(call))
    .map(({ position: [number = 0], arguments: facts }) => {
      // What `stopFactsOf` has put there.
      return { number, ...(facts as unknown as StopFacts) };
    });
}
