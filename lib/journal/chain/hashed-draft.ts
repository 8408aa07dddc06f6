import { errorMessage, PayloadError } from '../../errors/index.js';
import { boundedText, canonicalJson, defaultPayloadLimit, sha256, textLimits } from '../../values/index.js';
import type { RecordDraft } from '../../workflow/index.js';
import { freshSalt } from './salt.js';

/** A draft whose payload is fixed: what is hashed is what is written, whatever happens to the object meanwhile. */
export interface HashedDraft {
  readonly draft: RecordDraft;
  /** Canonical JSON of the payload. */
  readonly json: string;
  readonly salt: string;
  readonly payloadHash: string;
  /** In the one form in which every database gives it back. */
  readonly at: string;
}

/**
 * Bytes of UTF-8 that the payload of one record may have. Values are checked one by one, with the name of their step,
 * where they come in; a record may hold two of them (arguments and result) and what is around them.
 */
export function recordLimitFor(payloadLimit: number): number {
  return 2 * payloadLimit + 65_536;
}

export const recordLimit = recordLimitFor(defaultPayloadLimit);

/** @throws {PayloadError} if the payload is not JSON or too large */
export function hashDraft(runId: string, draft: RecordDraft, limit: number): HashedDraft {
  const salt = freshSalt();
  const json = readableJson(jsonOf(runId, draft, limit));
  return { draft: named(draft), json, salt, payloadHash: sha256(salt + json), at: isoTime(draft.at) };
}

/** One escape sequence of JSON: NUL and lone surrogates are written as such, and as nothing else. */
const escape = /\\(?:u(?:0000|d[89a-f][0-9a-f]{2})|[^])/g;

/**
 * PostgreSQL keeps NUL and lone surrogates in a `json` column and then fails every query that looks into it: no record
 * has any, wherever its texts come from.
 */
function readableJson(json: string): string {
  if (!json.includes('\\u')) return json;
  return json.replace(escape, (found) => (found.length > 2 ? '\uFFFD' : found));
}

/** The actor's id goes into a column of its own. */
function named(draft: RecordDraft): RecordDraft {
  const { id } = draft.actor;
  const text = boundedText(id, textLimits.reason);
  return text === id ? draft : { ...draft, actor: { ...draft.actor, id: text } };
}

/** In the form that is hashed, so that it is written out once. */
function jsonOf(runId: string, draft: RecordDraft, limit: number): string {
  let json: string;
  try {
    json = canonicalJson(draft.payload);
  } catch (cause) {
    throw new PayloadError(
      `The ${nameOf(runId, draft)} cannot be journaled, since its payload is not JSON: ${errorMessage(cause)}`,
      { cause },
    );
  }
  // No character has more than three bytes for each unit of UTF-16.
  if (json.length * 3 <= limit || Buffer.byteLength(json) <= limit) return json;
  throw new PayloadError(
    `The ${nameOf(runId, draft)} is larger than ${limit} bytes: hand on a reference (an id, a URL), or raise payloadLimit`,
    { details: { runId, type: draft.type, bytes: Buffer.byteLength(json), limit } },
  );
}

function nameOf(runId: string, { type, step }: RecordDraft): string {
  return `record ${type}${step === undefined ? '' : ` of step '${step}'`} of run ${runId}`;
}

/** As `toISOString` writes it, which is how most times come. */
const written = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

function isoTime(at: string): string {
  return written.test(at) ? at : new Date(at).toISOString();
}

/** SHA-256(salt ‖ canonical JSON of the payload). */
export function hashOfPayload(salt: string, payload: unknown): string {
  return sha256(salt + canonicalJson(payload));
}
