import { estimatedTokens } from '../../models/index.js';
import type { Block } from './block.js';
import { type Measure, piecesOf } from './pieces.js';
import { sentencesOf } from './sentences.js';

export interface ChunkingOptions {
  /** Most tokens of a chunk with its headings, as `usualTokens` counts them: a token for each three bytes. From 30 to 10,000. @default 400 */
  readonly maxTokens?: number | undefined;
  /** Most tokens of the sentences that a chunk repeats from the one before. @default 60 */
  readonly overlap?: number | undefined;
}

/** A part of a document that is found and given to models as a whole. */
export interface Chunk {
  /** The headings that it stands under, from the outermost on. */
  readonly headings: readonly string[];
  readonly text: string;
  /** How many characters at its beginning are repeated from the chunk before. */
  readonly repeated: number;
  /** Of text and headings, estimated. */
  readonly tokens: number;
}

const usualMost = 400;
const usualOverlap = 60;

/** As it is put before models, and before those that make vectors. */
export function headedText({ headings, text }: Pick<Chunk, 'headings' | 'text'>): string {
  return headings.length === 0 ? text : `${headings.join(' › ')}\n\n${text}`;
}

/**
 * Cuts a text along its blocks: each chunk stands under one heading and is at most so long. Only what is longer than that by itself is
 * cut inside. Equal texts have equal chunks.
 */
export function chunksOf(blocks: readonly Block[], options: ChunkingOptions = {}): Chunk[] {
  const { maxTokens = usualMost, overlap = usualOverlap } = options;
  return sectionsOf(blocks).flatMap((section) => {
    // Headings that are longer than what they stand above say little.
    const headings = fitting(section.headings, maxTokens / 2);
    const measure: Measure = (text) => estimatedTokens(headedText({ headings, text }));
    const pieces = section.blocks.flatMap((block) =>
      piecesOf(block, maxTokens, measure).map((text) => ({ text, isProse: block.kind === 'prose' })),
    );
    return joined(pieces, { most: maxTokens, overlap, measure }).map((chunk) => ({
      ...chunk,
      headings,
      tokens: measure(chunk.text),
    }));
  });
}

interface Section {
  readonly headings: readonly string[];
  readonly blocks: Block[];
}

function sectionsOf(blocks: readonly Block[]): Section[] {
  const sections: Section[] = [];
  for (const block of blocks) {
    const last = sections.at(-1);
    if (last && isSame(last.headings, block.headings)) last.blocks.push(block);
    else sections.push({ headings: block.headings, blocks: [block] });
  }
  return sections;
}

function isSame(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((heading, index) => heading === other[index]);
}

/** The innermost headings that fit. */
function fitting(headings: readonly string[], most: number): readonly string[] {
  const first = headings.findIndex((_, index) => estimatedTokens(headings.slice(index).join(' › ')) <= most);
  return first < 0 ? [] : headings.slice(first);
}

interface Piece {
  readonly text: string;
  readonly isProse: boolean;
}

interface Joining {
  readonly most: number;
  readonly overlap: number;
  readonly measure: Measure;
}

function joined(
  pieces: readonly Piece[],
  { most, overlap, measure }: Joining,
): Pick<Chunk, 'text' | 'repeated'>[] {
  const chunks: { text: string; repeated: number }[] = [];
  let before: Piece | undefined;
  for (const piece of pieces) {
    const last = chunks.at(-1);
    const together = last && `${last.text}\n\n${piece.text}`;
    if (last && together !== undefined && measure(together) <= most) last.text = together;
    else {
      const again = before?.isProse && piece.isProse ? lastSentences(before.text, overlap) : '';
      const headed = `${again}\n\n${piece.text}`;
      const fits = again !== '' && measure(headed) <= most;
      chunks.push(fits ? { text: headed, repeated: again.length } : { text: piece.text, repeated: 0 });
    }
    before = piece;
  }
  return chunks;
}

/** As many of the last sentences as fit. */
function lastSentences(text: string, most: number): string {
  let found = '';
  for (const sentence of sentencesOf(text).toReversed()) {
    const more = `${sentence}${found}`;
    if (estimatedTokens(more) > most) break;
    found = more;
  }
  return found.trim();
}
