import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A ticket and the run that works on it. */
@Entity('support_tickets')
export class Ticket {
  @PrimaryColumn('text', { name: 'id' })
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
