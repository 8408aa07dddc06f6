import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A part of a document that is found and given to models as a whole. */
@Entity({ name: 'orchestration_chunk' })
@Index('orchestration_chunk_document', ['documentId', 'ordinal'], { unique: true })
// A GIN index over `search`, which TypeORM can't declare.
@Index('orchestration_chunk_search', { synchronize: false })
export class ChunkRow {
  @PrimaryColumn({ name: 'id', type: 'uuid', primaryKeyConstraintName: 'orchestration_chunk_pkey' })
  id!: string;

  @Column({ name: 'document_id', type: 'uuid' })
  documentId!: string;

  /** From 0, in the order of the document. */
  @Column({ name: 'ordinal', type: 'int' })
  ordinal!: number;

  /** That it stands under, from the outermost on. */
  @Column({ name: 'headings', type: 'text', array: true })
  headings!: string[];

  @Column({ name: 'body', type: 'text' })
  body!: string;

  /** Estimated. */
  @Column({ name: 'tokens', type: 'int' })
  tokens!: number;

  /** Title and headings (weight A), and the text, in the language of the document. */
  @Column({ name: 'search', type: 'tsvector', select: false })
  search!: unknown;
}
