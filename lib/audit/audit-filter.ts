import { query, readQuery } from '../values/index.js';
import { type Actor, type RecordType } from '../workflow/index.js';
import { recordTypes } from './describe-record.js';

/** Times are of the records; `to` is exclusive. */
export interface TimeRange {
  readonly from?: Date | undefined;
  readonly to?: Date | undefined;
}

export interface AuditFilter extends TimeRange {
  readonly runId?: string | undefined;
  readonly type?: RecordType | readonly RecordType[] | undefined;
  readonly step?: string | undefined;
  /** Id of the person, model, code or service. */
  readonly actor?: string | undefined;
  readonly actorKind?: Actor['kind'] | undefined;
  /** @default 100, at most 1000 */
  readonly limit?: number | undefined;
  /** `next` of the page before. */
  readonly cursor?: string | undefined;
}

/** The most records of a page. */
export const largestPage = 1000;

const actorKinds = { code: true, model: true, person: true, system: true } as const satisfies Record<
  Actor['kind'],
  true
>;

const range = { from: query.time, to: query.time } as const;

const rules = {
  ...range,
  runId: query.id,
  type: query.someOf(recordTypes),
  step: query.textField,
  actor: query.canonicalName,
  actorKind: query.oneOfField(Object.keys(actorKinds)),
  limit: query.pageLimit(largestPage),
  cursor: query.textField,
} as const;

/** A filter from outside, checked. @throws {InputValidationError} naming what does not fit */
export function readAuditFilter(filter: AuditFilter, where: string): AuditFilter {
  return readQuery(filter, rules, where);
}

/** A range from outside, checked. @throws {InputValidationError} naming what does not fit */
export function readTimeRange(given: TimeRange, where: string): TimeRange {
  return readQuery(given, range, where);
}
