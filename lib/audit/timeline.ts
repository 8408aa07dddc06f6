import type { RunRecord } from '../workflow/index.js';
import { describeRecord } from './describe-record.js';

/** One line of a run's story. */
export interface TimelineEntry {
  readonly seq: number;
  /** ISO time. */
  readonly at: string;
  /** `code`, `model`, `person` or `system`, and which. */
  readonly who: string;
  /** `draft`, `draft #1` in its second iteration, `draft [3]` for an item; absent for the run itself. */
  readonly where?: string;
  /** In words. */
  readonly what: string;
  readonly type: RunRecord['type'];
}

export function timelineEntry(record: RunRecord): TimelineEntry {
  const { seq, at, actor, type } = record;
  const where = locationOf(record);
  // an erased payload leaves the fact that something happened
  const erased = (record.payload as unknown) === null;
  return {
    seq,
    at,
    who: `${actor.kind} ${actor.id}`,
    ...(where === undefined ? {} : { where }),
    what: erased ? `${type} (its content was erased)` : describeRecord(record),
    type,
  };
}

function locationOf({ step, iteration, item }: RunRecord): string | undefined {
  if (step === undefined) return undefined;
  return `${step}${iteration ? ` #${iteration}` : ''}${item === undefined ? '' : ` [${item}]`}`;
}
