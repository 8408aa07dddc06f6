/** Why something is left out: there was no room, no room in the share of its part, or another part has it. */
export type LeftOutReason = 'limit' | 'share' | 'duplicate';

/** What is left out of a context. */
export interface LeftOut {
  /** Name of the part. */
  readonly part: string;
  /** Of the passage, the memory, or the message that begins the exchange; the name of the part where it is one piece. */
  readonly id: string;
  readonly tokens: number;
  readonly reason: LeftOutReason;
}

/** What is in as a whole or not at all. */
export interface Piece {
  readonly id: string;
  readonly tokens: number;
  /** Pieces of the same key are in once. @default one of its own */
  readonly sameAs?: string | undefined;
}

/** A part as it is fitted. */
export interface FittedPart {
  readonly name: string;
  readonly required: boolean;
  readonly priority: number;
  /** Most tokens that it may take. Its first piece may be more, where it is required. */
  readonly most: number;
  /** Tokens of what is around its pieces. */
  readonly frame: number;
  /** The one that matters most first. */
  readonly pieces: readonly Piece[];
  /** Behind a piece that is left out, all are. */
  readonly isContiguous: boolean;
}

export interface FittedPieces {
  /** For each part, in their order, the places of its pieces that are in. */
  readonly chosen: readonly (readonly number[])[];
  readonly leftOut: readonly LeftOut[];
  /** Of all that is in. */
  readonly tokens: number;
}

/** A required part that can't be in. */
export interface Misfit {
  readonly parts: readonly { readonly name: string; readonly tokens: number }[];
  /** The first of them of which there is nothing; absent where they are too long. */
  readonly empty?: string;
}

/**
 * Chooses what is in: first the first piece of every required part, then the pieces of required parts, then those of the others by
 * priority, in the order of the parts where it is equal. The same parts always give the same.
 * @param limit tokens
 */
export function fitted(parts: readonly FittedPart[], limit: number): FittedPieces | Misfit {
  const room = new Room(parts, limit);
  const required = parts.filter((each) => each.required);
  const empty = required.find(({ pieces }) => pieces.length === 0);
  const least = required.map(({ name, frame, pieces }) => ({
    name,
    tokens: frame + (pieces[0]?.tokens ?? 0),
  }));
  if (empty) return { parts: least, empty: empty.name };
  if (least.reduce((sum, { tokens }) => sum + tokens, 0) > limit) return { parts: least };
  for (const each of required) room.reserve(each);
  const inOrder = parts.toSorted(
    (a, b) => Number(b.required) - Number(a.required) || b.priority - a.priority,
  );
  for (const each of inOrder) room.fill(each);
  return room.fitting();
}

/** What is in so far. */
class Room {
  private tokens = 0;
  private readonly taken = new Map<FittedPart, number>();
  private readonly chosen: Map<FittedPart, number[]>;
  private readonly leftOut = new Map<FittedPart, LeftOut[]>();
  private readonly seen = new Set<string>();

  constructor(
    private readonly parts: readonly FittedPart[],
    private readonly limit: number,
  ) {
    this.chosen = new Map(parts.map((each) => [each, []]));
  }

  /** The first piece of a required part. What another one has already is in twice: it was asked for. */
  reserve(part: FittedPart): void {
    this.take(part, 0);
  }

  /** The pieces of a part, as far as there is room. */
  fill(part: FittedPart): void {
    const isIn = new Set(this.chosen.get(part));
    let closed: LeftOutReason | undefined;
    for (const [index, piece] of part.pieces.entries()) {
      if (isIn.has(index)) continue;
      const reason = closed ?? this.objection(part, piece);
      if (reason === undefined) this.take(part, index);
      else this.leave(part, piece, reason);
      if (part.isContiguous) closed = reason;
    }
  }

  fitting(): FittedPieces {
    return {
      chosen: this.parts.map((each) => this.chosen.get(each) ?? []),
      leftOut: this.parts.flatMap((each) => this.leftOut.get(each) ?? []),
      tokens: this.tokens,
    };
  }

  private objection(part: FittedPart, piece: Piece): LeftOutReason | undefined {
    if (piece.sameAs !== undefined && this.seen.has(piece.sameAs)) return 'duplicate';
    const more = this.tokensWith(part, piece);
    if (this.tokens + more > this.limit) return 'limit';
    return (this.taken.get(part) ?? 0) + more > part.most ? 'share' : undefined;
  }

  /** What surrounds a part comes with its first piece. */
  private tokensWith(part: FittedPart, { tokens }: Piece): number {
    return tokens + (this.taken.has(part) ? 0 : part.frame);
  }

  private take(part: FittedPart, index: number): void {
    const piece = part.pieces[index];
    if (!piece) return;
    const more = this.tokensWith(part, piece);
    this.tokens += more;
    this.taken.set(part, (this.taken.get(part) ?? 0) + more);
    this.chosen.get(part)?.push(index);
    if (piece.sameAs !== undefined) this.seen.add(piece.sameAs);
  }

  private leave(part: FittedPart, { id, tokens }: Piece, reason: LeftOutReason): void {
    const left = this.leftOut.get(part) ?? [];
    left.push({ part: part.name, id, tokens, reason });
    this.leftOut.set(part, left);
  }
}
