import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { JsonValue } from '../../../values/index.js';
import { hexadecimal } from '../../statements/digest.js';

/** A document of a knowledge base. What is searched is its chunks. */
@Entity({ name: 'orchestration_document' })
@Index('orchestration_document_about', ['tenant', 'about'])
@Index('orchestration_document_language', ['base', 'language'])
@Index('orchestration_document_metadata', { synchronize: false })
@Index('orchestration_document_uri', ['base', 'tenant', 'shared', 'uri'], { unique: true })
export class DocumentRow {
  @PrimaryColumn({ name: 'id', type: 'uuid', primaryKeyConstraintName: 'orchestration_document_pkey' })
  id!: string;

  /** Name of the knowledge base. */
  @Column({ name: 'base', type: 'varchar' })
  base!: string;

  /** Of whom it is; `''`: of no tenant. */
  @Column({ name: 'tenant', type: 'varchar' })
  tenant!: string;

  /** It is for all tenants. */
  @Column({ name: 'shared', type: 'boolean' })
  shared!: boolean;

  @Column({ name: 'uri', type: 'text' })
  uri!: string;

  @Column({ name: 'title', type: 'text', nullable: true })
  title!: string | null;

  @Column({ name: 'media_type', type: 'varchar' })
  mediaType!: string;

  /** Name of a text search configuration: `german`. */
  @Column({ name: 'language', type: 'varchar' })
  language!: string;

  /** Who may read it; null: everybody. */
  @Column({ name: 'roles', type: 'text', array: true, nullable: true })
  roles!: string[] | null;

  @Column({ name: 'trusted', type: 'boolean' })
  trusted!: boolean;

  /** Id of the person whom it is about. */
  @Column({ name: 'about', type: 'varchar', nullable: true })
  about!: string | null;

  @Column({ name: 'metadata', type: 'jsonb' })
  metadata!: Readonly<Record<string, JsonValue>>;

  /** SHA-256 of all that makes its chunks what they are: one that is the same again is not written again. */
  @Column({ name: 'hash', type: 'bytea', transformer: hexadecimal })
  hash!: string;

  /** From 1, with each change. */
  @Column({ name: 'version', type: 'int' })
  version!: number;

  @Column({ name: 'ingested_at', type: 'timestamptz' })
  ingestedAt!: Date;

  /** Id of the principal who has brought it in, as it is now. */
  @Column({ name: 'ingested_by', type: 'varchar', nullable: true })
  ingestedBy!: string | null;
}
