import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { JsonValue } from '../../values/index.js';

/** Something that is to be known in later runs. */
@Entity({ name: 'orchestration_memory' })
@Index('orchestration_memory_listed', ['tenant', 'scope', 'owner', 'about', 'rememberedAt'])
@Index('orchestration_memory_about', ['tenant', 'about'])
@Index('orchestration_memory_expiry', ['expiresAt'])
export class MemoryRow {
  @PrimaryColumn({ name: 'id', type: 'uuid', primaryKeyConstraintName: 'orchestration_memory_pkey' })
  id!: string;

  /** Empty where there is none. */
  @Column({ name: 'tenant', type: 'varchar' })
  tenant!: string;

  /** `user`, `tenant` or `agent`. */
  @Column({ name: 'scope', type: 'varchar' })
  scope!: string;

  /** Id of the principal, or name of the agent; empty for the whole tenant, and where nobody is known. */
  @Column({ name: 'owner', type: 'varchar' })
  owner!: string;

  /** Whom or what it is about, by an id of the host. */
  @Column({ name: 'about', type: 'varchar' })
  about!: string;

  @Column({ name: 'body', type: 'text' })
  body!: string;

  @Column({ name: 'trusted', type: 'boolean' })
  trusted!: boolean;

  /** Who has remembered it, in which run, step and message. */
  @Column({ name: 'origin', type: 'json' })
  origin!: JsonValue;

  @Column({ name: 'remembered_at', type: 'timestamptz' })
  rememberedAt!: Date;

  @Column({ name: 'expires_at', type: 'timestamptz', nullable: true })
  expiresAt!: Date | null;
}
