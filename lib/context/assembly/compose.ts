import { estimatedTokens } from '../../models/index.js';
import type { RecordedContext } from './assembled-context.js';
import { anyMarker, type Fence } from './fence.js';
import { type FittedPart, fitted, type Misfit } from './fitting.js';
import type { GatheredPart, GatheredPiece } from './gathered-part.js';
import { gap, headingOf, pieceFence, sectionFence, writeContext } from './write-context.js';

/** What models are given of the parts that fit, with what is left out; or why nothing can be given. */
export function compose(parts: readonly GatheredPart[], limit: number): RecordedContext | Misfit {
  const around = estimatedTokens(headingOf(parts));
  const widestMark = parts.reduce((sum, { pieces }) => sum + pieces.length, 0);
  const fitting = fitted(
    parts.map((each) => sizedPart(each, limit, widestMark)),
    Math.max(0, limit - around),
  );
  if (!('chosen' in fitting)) return fitting;
  const chosen = parts.map((each, index) => ({ ...each, pieces: shown(each, fitting.chosen[index] ?? []) }));
  return { ...writeContext(chosen), leftOut: fitting.leftOut };
}

/** A part as long as it can be: with a marker, and marks of as many digits as any will have. */
function sizedPart(part: GatheredPart, limit: number, widestMark: number): FittedPart {
  const { name, options, pieces, order } = part;
  const { required = false, priority = 0, share = 1 } = options;
  return {
    name,
    required,
    priority,
    most: Math.floor(share * limit),
    frame: tokensOf(sectionFence(part, anyMarker), ''),
    isContiguous: order === 'chronological',
    pieces: pieces.map((piece) => ({
      id: piece.id,
      tokens: tokensOf(pieceFence(piece, anyMarker, widestMark), piece.text),
      sameAs: piece.passage && `${piece.id} ${piece.passage.hash}`,
    })),
  };
}

function tokensOf({ opening, closing }: Fence, text: string): number {
  return estimatedTokens(gap + opening + text + closing);
}

/** The pieces that are in, as they are read. */
function shown({ pieces, order }: GatheredPart, chosen: readonly number[]): readonly GatheredPiece[] {
  const ranked = chosen.toSorted((a, b) => a - b).flatMap((index) => pieces[index] ?? []);
  return order === 'chronological' ? ranked.toReversed() : ranked;
}
