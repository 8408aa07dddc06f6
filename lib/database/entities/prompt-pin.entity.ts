import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A change of the pin of a template: the last one counts. */
@Entity({ name: 'orchestration_prompt_pin' })
@Index('orchestration_prompt_pin_name', ['name', 'at'])
export class PromptPinRow {
  /** UUID version 7. */
  @PrimaryColumn({ name: 'id', type: 'uuid', primaryKeyConstraintName: 'orchestration_prompt_pin_pkey' })
  id!: string;

  /** Of the template. */
  @Column({ name: 'name', type: 'varchar' })
  name!: string;

  /** Null: the pin was taken away. */
  @Column({ name: 'version', type: 'varchar', nullable: true })
  version!: string | null;

  @Column({ name: 'reason', type: 'varchar', nullable: true })
  reason!: string | null;

  /** Who has done it. */
  @Column({ name: 'actor', type: 'varchar' })
  actor!: string;

  @Column({ name: 'at', type: 'timestamptz' })
  at!: Date;
}
