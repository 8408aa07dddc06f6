import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { hexadecimal } from '../statements/digest.js';
import type { Principal, Usage } from '../../values/index.js';
import type { RunStatus } from '../../workflow/index.js';

/**
 * One run: its status and its holder. What has happened to it is in its records.
 *
 * Indexes are only on columns that change at the edges of a run's stretches. An index on what every commit writes
 * (`seq`, `headHash`, `usage`) would turn each cheap in-page update into a full one.
 */
@Entity({ name: 'orchestration_run' })
@Check(
  'orchestration_run_status',
  `"status" IN ('pending', 'running', 'waiting', 'paused', 'completed', 'failed', 'cancelled')`,
)
@Index('orchestration_run_listed', ['createdAt', 'id'])
@Index('orchestration_run_open', ['status'], { where: `"finished_at" IS NULL` })
@Index('orchestration_run_due', ['wakeAt'], { where: `"wake_at" IS NOT NULL` })
@Index('orchestration_run_held', ['workerId'], { where: `"worker_id" IS NOT NULL` })
@Index('orchestration_run_parent', ['parentRunId'], { where: `"parent_run_id" IS NOT NULL` })
@Index('orchestration_run_limited', ['id'], { where: `"waits_for" IS NOT NULL` })
// For retention: of blocks of pages, which TypeORM can't write.
@Index('orchestration_run_finished', { synchronize: false })
// Unique over (workflow, coalesce(tenant, ''), idempotency_key): an expression, which only the migration can write.
@Index('orchestration_run_idempotency', { synchronize: false })
export class Run {
  /** UUID version 7, so ids sort by time. */
  @PrimaryColumn({ name: 'id', type: 'uuid', primaryKeyConstraintName: 'orchestration_run_pkey' })
  id!: string;

  @Column({ name: 'workflow', type: 'varchar' })
  workflow!: string;

  @Column({ name: 'version', type: 'varchar' })
  version!: string;

  @Column({ name: 'definition_hash', type: 'varchar' })
  definitionHash!: string;

  /** Names the rules by which its keys and records are made. */
  @Column({ name: 'format', type: 'smallint' })
  format!: number;

  @Column({ name: 'status', type: 'varchar' })
  status!: RunStatus;

  /** Number of the last record. */
  @Column({ name: 'seq', type: 'int' })
  seq!: number;

  /** Hash of the last record. */
  @Column({ name: 'head_hash', type: 'bytea', transformer: hexadecimal })
  headHash!: string;

  @Column({ name: 'worker_id', type: 'uuid', nullable: true })
  workerId!: string | null;

  /** Rises with each claim; a writer with an older one is fenced. */
  @Column({ name: 'lease_epoch', type: 'int', default: 0 })
  leaseEpoch!: number;

  /** Unread inbox messages. Stands here, so that a release sees it under the row lock that it holds anyway. */
  @Column({ name: 'inbox_pending', type: 'int', default: 0 })
  inboxPending!: number;

  /** Take-overs from dead workers since the run last made progress. */
  @Column({ name: 'recovery_count', type: 'int', default: 0 })
  recoveryCount!: number;

  @Column({ name: 'wake_at', type: 'timestamptz', nullable: true })
  wakeAt!: Date | null;

  /** By name of a limit that it waits for: the generation of the limit that has stopped it. */
  @Column({ name: 'waits_for', type: 'jsonb', nullable: true })
  waitsFor!: Record<string, number> | null;

  @Column({ name: 'priority', type: 'int', default: 0 })
  priority!: number;

  /** Who started it. */
  @Column({ name: 'principal', type: 'json', nullable: true })
  principal!: Principal | null;

  @Column({ name: 'tenant', type: 'varchar', nullable: true })
  tenant!: string | null;

  /** Ids of who has shaped it: started, forked or retried it, sent it a signal, edited an earlier review. They decide none of its reviews. */
  @Column({ name: 'shaped_by', type: 'jsonb', default: () => `'[]'` })
  shapedBy!: string[];

  @Column({ name: 'tags', type: 'text', array: true, default: () => `'{}'` })
  tags!: string[];

  @Column({ name: 'correlation_id', type: 'varchar', nullable: true })
  correlationId!: string | null;

  @Column({ name: 'idempotency_key', type: 'varchar', nullable: true })
  idempotencyKey!: string | null;

  @Column({ name: 'input_hash', type: 'bytea', transformer: hexadecimal })
  inputHash!: string;

  @Column({ name: 'parent_run_id', type: 'uuid', nullable: true })
  parentRunId!: string | null;

  @Column({ name: 'usage', type: 'json' })
  usage!: Usage;

  @Column({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;

  @Column({ name: 'finished_at', type: 'timestamptz', nullable: true })
  finishedAt!: Date | null;
}
