import { Column, Entity, PrimaryColumn } from 'typeorm';

/** One worker process. Its heartbeat renews this row and nothing else. */
@Entity({ name: 'orchestration_worker' })
export class WorkerRow {
  @PrimaryColumn({ name: 'id', type: 'uuid', primaryKeyConstraintName: 'orchestration_worker_pkey' })
  id!: string;

  @Column({ name: 'host', type: 'varchar' })
  host!: string;

  @Column({ name: 'process_id', type: 'int' })
  processId!: number;

  @Column({ name: 'started_at', type: 'timestamptz' })
  startedAt!: Date;

  /** By the database's clock. No index: every heartbeat writes it. */
  @Column({ name: 'heartbeat_at', type: 'timestamptz' })
  heartbeatAt!: Date;

  /** Of the advisory lock that its dedicated connection holds: free again means dead. Null: the heartbeat alone decides. */
  @Column({ name: 'lock_key', type: 'int', nullable: true })
  lockKey!: number | null;

  /** What it is doing, for people who look. */
  @Column({ name: 'in_flight', type: 'json', nullable: true })
  inFlight!: unknown;
}
