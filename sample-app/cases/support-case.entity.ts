import { Column, Entity, PrimaryGeneratedColumn, Unique } from 'typeorm';

/** Work for the second line of support. */
@Entity('support_cases')
@Unique('support_cases_key', ['key'])
export class SupportCase {
  @PrimaryGeneratedColumn('identity', { name: 'number', type: 'integer', generatedIdentity: 'ALWAYS' })
  number!: number;

  /** Given by the caller: the same key never opens a second case. */
  @Column('text', { name: 'key' })
  key!: string;

  @Column('text', { name: 'topic' })
  topic!: string;

  @Column('text', { name: 'summary' })
  summary!: string;

  @Column('text', { name: 'status', default: 'open' })
  status!: 'open' | 'closed';

  @Column('timestamptz', { name: 'opened_at', default: () => 'now()' })
  openedAt!: Date;
}
