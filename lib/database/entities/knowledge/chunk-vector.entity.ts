import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What a chunk means, as a model has put it into numbers. */
@Entity({ name: 'orchestration_chunk_vector' })
export class ChunkVectorRow {
  @PrimaryColumn({
    name: 'chunk_id',
    type: 'uuid',
    primaryKeyConstraintName: 'orchestration_chunk_vector_pkey',
  })
  chunkId!: string;

  /** As the knowledge base names it: an alias, or `provider/model`. */
  @PrimaryColumn({
    name: 'model',
    type: 'varchar',
    primaryKeyConstraintName: 'orchestration_chunk_vector_pkey',
  })
  model!: string;

  /** Numbers of 32 bits, the lowest byte first; of unit length. */
  @Column({ name: 'vector', type: 'bytea' })
  vector!: Uint8Array;
}
