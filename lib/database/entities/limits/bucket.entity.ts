import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The bucket of a rate limit. */
@Entity({ name: 'orchestration_bucket' })
export class BucketRow {
  /** `requests of user acme/ana, 60/60000`. */
  @PrimaryColumn({
    name: 'key',
    type: 'varchar',
    collation: 'C',
    primaryKeyConstraintName: 'orchestration_bucket_pkey',
  })
  key!: string;

  /** What it held; less than nothing where something waits for what is to come. */
  @Column({ name: 'level', type: 'double precision' })
  level!: number;

  @Column({ name: 'at', type: 'timestamptz' })
  at!: Date;
}
