import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { JsonValue } from '../../values/index.js';

/** A thread of messages. It belongs to a person, and outlives the runs that write into it. */
@Entity({ name: 'orchestration_conversation' })
@Index('orchestration_conversation_id', ['tenant', 'id'], { unique: true })
@Index('orchestration_conversation_listed', ['tenant', 'owner', 'updatedAt', 'key'])
export class ConversationRow {
  /** UUID version 7. Inside only: a conversation that is opened again under the same id is another one. */
  @PrimaryColumn({
    name: 'key',
    type: 'uuid',
    primaryKeyConstraintName: 'orchestration_conversation_pkey',
  })
  key!: string;

  /** Empty where there is none. */
  @Column({ name: 'tenant', type: 'varchar' })
  tenant!: string;

  /** Id of the principal whose it is; empty where it was opened by nobody in particular. */
  @Column({ name: 'owner', type: 'varchar' })
  owner!: string;

  @Column({ name: 'id', type: 'varchar' })
  id!: string;

  @Column({ name: 'title', type: 'varchar', nullable: true })
  title!: string | null;

  @Column({ name: 'metadata', type: 'json', nullable: true })
  metadata!: JsonValue | null;

  /** Of the last message that it has ever had. */
  @Column({ name: 'last_position', type: 'int', default: 0 })
  lastPosition!: number;

  /** What was said up to a position, in short. */
  @Column({ name: 'summary', type: 'text', nullable: true })
  summary!: string | null;

  @Column({ name: 'summary_until', type: 'int', nullable: true })
  summaryUntil!: number | null;

  /** The run that answers in it. */
  @Column({ name: 'held_by', type: 'uuid', nullable: true })
  heldBy!: string | null;

  /** The call of that run. */
  @Column({ name: 'held_call', type: 'varchar', nullable: true })
  heldCall!: string | null;

  @Column({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;

  @Column({ name: 'updated_at', type: 'timestamptz' })
  updatedAt!: Date;
}
