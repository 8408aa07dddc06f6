/** What a part of a text is, as far as it matters where it may be cut. */
export type BlockKind = 'prose' | 'list' | 'code' | 'table';

/** A part of a text that belongs together. */
export interface Block {
  readonly kind: BlockKind;
  /** As it is written, without blank lines around. */
  readonly text: string;
  /** The headings that it stands under, from the outermost on. */
  readonly headings: readonly string[];
}
