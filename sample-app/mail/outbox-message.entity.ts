import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A mail that has left the house. */
@Entity('support_outbox')
export class OutboxMessage {
  @PrimaryColumn('uuid', { name: 'id' })
  id!: string;

  @Column('text', { name: 'recipient' })
  recipient!: string;

  @Column('text', { name: 'subject' })
  subject!: string;

  @Column('text', { name: 'body' })
  body!: string;

  @Column('timestamptz', { name: 'sent_at', default: () => 'now()' })
  sentAt!: Date;
}
