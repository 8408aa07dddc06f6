import type { RetrievedPassage } from '../../content/index.js';
import type { PartOptions } from './context-part.js';

type Trust = 'trusted' | 'untrusted';

/** What is in as a whole or not at all, with its text. */
export interface GatheredPiece {
  readonly id: string;
  readonly text: string;
  /** Absent where it can't be cited. */
  readonly passage?: RetrievedPassage | undefined;
  /** Of a piece that tells by itself, and can't be cited. */
  readonly trust?: Trust | undefined;
}

/** A part with what it is made of. */
export interface GatheredPart {
  readonly name: string;
  readonly options: PartOptions;
  /** Whether the model may follow what it says. Undefined: each piece tells. */
  readonly trust: Trust | undefined;
  /** The one that matters most first. */
  readonly pieces: readonly GatheredPiece[];
  /** `chronological`: the pieces are shown the other way round, and without gaps. */
  readonly order: 'by rank' | 'chronological';
}
