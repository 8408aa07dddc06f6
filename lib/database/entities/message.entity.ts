import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { Message } from '../../content/index.js';
import type { JsonValue } from '../../values/index.js';

/** A message of a conversation. Those of a call of a run are written once, in the commit of that call. */
@Entity({ name: 'orchestration_message' })
@Index('orchestration_message_id', ['conversation', 'id'], { unique: true })
@Index('orchestration_message_call', ['conversation', 'call', 'ordinal'], { unique: true })
export class MessageRow {
  /** Key of the conversation. */
  @PrimaryColumn({
    name: 'conversation',
    type: 'uuid',
    primaryKeyConstraintName: 'orchestration_message_pkey',
  })
  conversation!: string;

  /** From 1, in the order in which they were said. */
  @PrimaryColumn({
    name: 'position',
    type: 'int',
    primaryKeyConstraintName: 'orchestration_message_pkey',
  })
  position!: number;

  @Column({ name: 'id', type: 'varchar' })
  id!: string;

  /** The call that has said it; null where it was put there by hand. */
  @Column({ name: 'call', type: 'varchar', nullable: true })
  call!: string | null;

  /** Among the messages of its call. */
  @Column({ name: 'ordinal', type: 'int' })
  ordinal!: number;

  @Column({ name: 'run_id', type: 'uuid', nullable: true })
  runId!: string | null;

  @Column({ name: 'body', type: 'json' })
  body!: Message;

  /** The agent that has said it. */
  @Column({ name: 'agent', type: 'varchar', nullable: true })
  agent!: string | null;

  /** The input of that agent, where the conversation was handed over to it. */
  @Column({ name: 'agent_input', type: 'json', nullable: true })
  agentInput!: JsonValue | null;

  @Column({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;
}
