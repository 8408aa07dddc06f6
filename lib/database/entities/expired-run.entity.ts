import { Column, Entity, PrimaryColumn } from 'typeorm';
import { hexadecimal } from '../statements/digest.js';

/** What retention leaves of a run: enough to show that it was there and how its journal ended. */
@Entity({ name: 'orchestration_expired_run' })
export class ExpiredRun {
  @PrimaryColumn({
    name: 'run_id',
    type: 'uuid',
    primaryKeyConstraintName: 'orchestration_expired_run_pkey',
  })
  runId!: string;

  @Column({ name: 'head_hash', type: 'bytea', transformer: hexadecimal })
  headHash!: string;

  /** How many records there were. */
  @Column({ name: 'records', type: 'int' })
  records!: number;

  @Column({ name: 'expired_at', type: 'timestamptz' })
  expiredAt!: Date;
}
