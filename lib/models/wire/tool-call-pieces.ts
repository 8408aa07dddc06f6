import { isObject } from './json-reader.js';

/** A tool call as a vendor wrote it. */
export interface WrittenCall {
  readonly id: string | undefined;
  readonly name: string;
  /** The text of the arguments; empty where there is none. */
  readonly raw: string;
  /** What only the vendor understands of it. */
  readonly opaque?: unknown;
}

/** A piece of one. Any of it may be missing. */
export interface CallPiece {
  readonly index?: number | undefined;
  readonly id?: string | undefined;
  readonly name?: string | undefined;
  /** A text, or the arguments themselves. */
  readonly arguments?: unknown;
  readonly opaque?: unknown;
}

interface Draft {
  id: string | undefined;
  name: string;
  raw: string;
  opaque?: unknown;
  readonly index: number | undefined;
}

/**
 * Tool calls put together from the pieces of a stream. A call is known by its index, else by its id; where a server sends
 * neither, or one index for all, a piece with a name begins another call as soon as the arguments of the one before are whole.
 */
export class ToolCallPieces {
  private readonly drafts: Draft[] = [];

  take(piece: CallPiece): void {
    fill(this.draftOf(piece) ?? this.begin(piece), piece);
  }

  /** A call that is there as a whole. */
  add(piece: CallPiece): void {
    fill(this.begin(piece), piece);
  }

  get calls(): readonly WrittenCall[] {
    return this.drafts;
  }

  private begin({ index }: CallPiece): Draft {
    const draft: Draft = { id: undefined, name: '', raw: '', index };
    this.drafts.push(draft);
    return draft;
  }

  private draftOf(piece: CallPiece): Draft | undefined {
    const known = this.known(piece);
    return known && isAnother(piece, known) ? undefined : known;
  }

  private known({ index, id }: CallPiece): Draft | undefined {
    if (index !== undefined) return this.drafts.findLast((draft) => draft.index === index);
    return this.drafts.findLast((draft) => id !== undefined && draft.id === id) ?? this.drafts.at(-1);
  }
}

/** Some servers repeat id and name in every piece, others make a new id for each. */
function isAnother({ id, name, index }: CallPiece, draft: Draft): boolean {
  if (name === undefined || draft.name === '') return false;
  if (id !== undefined && id === draft.id) return false;
  if (name !== draft.name || isWhole(draft.raw)) return true;
  return id !== undefined && index === undefined;
}

function fill(draft: Draft, { id, name, arguments: args, opaque }: CallPiece): void {
  draft.id ??= id;
  draft.name ||= name ?? '';
  draft.raw = added(draft.raw, args);
  if (opaque !== undefined) draft.opaque = opaque;
}

function added(raw: string, piece: unknown): string {
  if (piece === undefined || piece === null) return raw;
  if (typeof piece !== 'string') return JSON.stringify(piece);
  return piece === raw && isWhole(raw) ? raw : raw + piece;
}

function isWhole(raw: string): boolean {
  // Looked at first because parsing every piece of a long text would take quadratic time.
  if (!raw.trimEnd().endsWith('}')) return false;
  try {
    return isObject(JSON.parse(raw));
  } catch {
    return false;
  }
}
