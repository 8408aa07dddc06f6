import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { JsonValue } from '../../../values/index.js';
import { wholeNumber } from '../../statements/whole-number.js';

/** What was done to the kill switch, and by whom. */
@Entity({ name: 'orchestration_kill_switch_change' })
export class KillSwitchChangeRow {
  /** Of the switches after it. */
  @PrimaryColumn({
    name: 'generation',
    type: 'bigint',
    transformer: wholeNumber,
    primaryKeyConstraintName: 'orchestration_kill_switch_change_pkey',
  })
  generation!: number;

  @Column({ name: 'target', type: 'json' })
  target!: JsonValue;

  /** Null: it was lifted. */
  @Column({ name: 'mode', type: 'varchar', nullable: true })
  mode!: 'stop' | 'halt' | null;

  @Column({ name: 'reason', type: 'text' })
  reason!: string;

  @Column({ name: 'actor', type: 'varchar' })
  actor!: string;

  @Column({ name: 'at', type: 'timestamptz' })
  at!: Date;
}
