import { Column, Entity, PrimaryColumn } from 'typeorm';
import { hexadecimal } from '../statements/digest.js';

/** Bytes that belong to a run and are too large for its records: pictures and files that models were shown. */
@Entity({ name: 'orchestration_blob' })
export class BlobRow {
  @PrimaryColumn({ name: 'run_id', type: 'uuid', primaryKeyConstraintName: 'orchestration_blob_pkey' })
  runId!: string;

  /** SHA-256 of the bytes. */
  @PrimaryColumn({
    name: 'hash',
    type: 'bytea',
    transformer: hexadecimal,
    primaryKeyConstraintName: 'orchestration_blob_pkey',
  })
  hash!: string;

  @Column({ name: 'bytes', type: 'bytea' })
  bytes!: Uint8Array;
}
