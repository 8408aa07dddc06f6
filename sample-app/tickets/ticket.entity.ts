import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A ticket and the run that works on it. */
@Entity('support_tickets')
export class Ticket {
  /** Of the shop that it came to. */
  @PrimaryColumn('text', { name: 'tenant', primaryKeyConstraintName: 'support_tickets_pkey' })
  tenant!: string;

  @PrimaryColumn('text', { name: 'id', primaryKeyConstraintName: 'support_tickets_pkey' })
  id!: string;

  @Column('timestamptz', { name: 'received_at' })
  receivedAt!: Date;

  @Column('text', { name: 'channel' })
  channel!: string;

  @Column('text', { name: 'name' })
  name!: string;

  @Column('text', { name: 'email' })
  email!: string;

  @Column('text', { name: 'subject' })
  subject!: string;

  @Column('text', { name: 'body' })
  body!: string;

  @Index('support_tickets_run')
  @Column('uuid', { name: 'run_id' })
  runId!: string;
}
