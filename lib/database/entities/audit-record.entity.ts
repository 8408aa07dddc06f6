import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { hexadecimal } from '../statements/digest.js';
import type { Actor, RecordType } from '../../workflow/index.js';

/**
 * One record of a run's journal. Append-only: a trigger refuses every change except setting payload and salt to
 * null (erasure) and the deletion of whole expired runs by `orchestration_expire_run` (retention).
 */
@Entity({ name: 'orchestration_audit_record' })
// Over `at`, of kind BRIN: nearly free to write on a table that only grows. TypeORM can't declare it.
@Index('orchestration_audit_record_at', { synchronize: false })
export class AuditRecord {
  @PrimaryColumn({
    name: 'run_id',
    type: 'uuid',
    primaryKeyConstraintName: 'orchestration_audit_record_pkey',
  })
  runId!: string;

  /** From 1, without gaps. */
  @PrimaryColumn({ name: 'seq', type: 'int', primaryKeyConstraintName: 'orchestration_audit_record_pkey' })
  seq!: number;

  @Column({ name: 'type', type: 'varchar' })
  type!: RecordType;

  @Column({ name: 'step', type: 'varchar', nullable: true })
  step!: string | null;

  @Column({ name: 'iteration', type: 'int', nullable: true })
  iteration!: number | null;

  @Column({ name: 'item', type: 'int', nullable: true })
  item!: number | null;

  @Column({ name: 'attempt', type: 'int', nullable: true })
  attempt!: number | null;

  /** Key of the call that the record tells of. */
  @Column({ name: 'call', type: 'varchar', nullable: true })
  call!: string | null;

  @Column({ name: 'actor_kind', type: 'varchar' })
  actorKind!: Actor['kind'];

  @Column({ name: 'actor_id', type: 'varchar' })
  actorId!: string;

  @Column({ name: 'at', type: 'timestamptz' })
  at!: Date;

  /** Null once erased. */
  @Column({ name: 'payload', type: 'json', nullable: true })
  payload!: unknown;

  /** Null once erased: without it, nobody can guess the payload back from its hash. */
  @Column({ name: 'salt', type: 'uuid', nullable: true })
  salt!: string | null;

  @Column({ name: 'payload_hash', type: 'bytea', transformer: hexadecimal })
  payloadHash!: string;

  @Column({ name: 'hash', type: 'bytea', transformer: hexadecimal })
  hash!: string;
}
