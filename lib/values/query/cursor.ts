import { InputValidationError } from '../../errors/index.js';
import { canonicalId } from '../ids/canonical-id.js';
import { shortText } from '../../text/index.js';

/** A row's place in an order of time: where a page ended. */
export interface CursorPosition {
  /** ISO 8601 with milliseconds. */
  readonly at: string;
  readonly id: string;
  /** Of a record in its run. */
  readonly seq?: number;
}

/** The shape of what is written; also keeps out years that PostgreSQL does not read. */
const isoTime = /^(?!0000)\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const longest = 200;
const largestSeq = 2_147_483_647;

/** Where a page ended. Opaque to callers. */
export function writeCursor({ at, id, seq }: CursorPosition): string {
  return Buffer.from([at, id, ...(seq === undefined ? [] : [seq])].join('|')).toString('base64url');
}

/** @throws {InputValidationError} if it is not the cursor of a page */
export function readCursor(cursor: string): CursorPosition {
  const place = cursor.length > longest ? undefined : positionOf(Buffer.from(cursor, 'base64url').toString());
  if (place) return place;
  throw new InputValidationError(
    `'${shortText(cursor, 60)}' is not a cursor: pass the 'next' of the page before, unchanged`,
    { details: { issues: [{ path: '$.cursor', message: `takes the 'next' of the page before` }] } },
  );
}

function positionOf(text: string): CursorPosition | undefined {
  const [at = '', spelt, seq = '0', ...rest] = text.split('|');
  const id = canonicalId(spelt);
  if (rest.length > 0 || id === undefined || !isTime(at)) return undefined;
  return /^\d{1,10}$/.test(seq) && Number(seq) <= largestSeq ? { at, id, seq: Number(seq) } : undefined;
}

function isTime(at: string): boolean {
  const time = isoTime.test(at) ? new Date(at) : undefined;
  return time !== undefined && !Number.isNaN(time.getTime()) && time.toISOString() === at;
}
