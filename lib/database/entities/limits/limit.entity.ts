import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { JsonValue } from '../../../values/index.js';
import { wholeNumber } from '../../statements/whole-number.js';

/** Name of the row that is the kill switch. */
export const killSwitchLimit = 'kill switch';

/** A limit that holds for many runs. Those that wait for it look again when its generation has risen. */
@Entity({ name: 'orchestration_limit' })
export class LimitRow {
  @PrimaryColumn({ name: 'name', type: 'varchar', primaryKeyConstraintName: 'orchestration_limit_pkey' })
  name!: string;

  /** Rises with each change. */
  @Column({ name: 'generation', type: 'bigint', transformer: wholeNumber })
  generation!: number;

  /** What it is set to, where the limit is not somewhere else. */
  @Column({ name: 'value', type: 'json', nullable: true })
  value!: JsonValue | null;

  @Column({ name: 'changed_at', type: 'timestamptz' })
  changedAt!: Date;
}
