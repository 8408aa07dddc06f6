import { Column, Entity, Generated, Index, PrimaryColumn } from 'typeorm';
import type { Actor } from '../../workflow/index.js';

/** A message that waits for the holder of a run. Removed in the commit of the records that tell of it. */
@Entity({ name: 'orchestration_inbox' })
@Index('orchestration_inbox_run', ['runId', 'position'])
export class InboxEntry {
  @PrimaryColumn({ name: 'id', type: 'varchar', primaryKeyConstraintName: 'orchestration_inbox_pkey' })
  id!: string;

  @Column({ name: 'run_id', type: 'uuid' })
  runId!: string;

  /** Given under the run's row lock, so it orders the messages of one run. */
  @Column({ name: 'position', type: 'bigint' })
  @Generated('increment')
  position!: string;

  @Column({ name: 'actor_kind', type: 'varchar' })
  actorKind!: Actor['kind'];

  @Column({ name: 'actor_id', type: 'varchar' })
  actorId!: string;

  @Column({ name: 'at', type: 'timestamptz' })
  at!: Date;

  @Column({ name: 'body', type: 'json' })
  body!: unknown;
}
