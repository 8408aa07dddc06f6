import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { JsonValue } from '../../values/index.js';

/** A result that is given again where the same is asked. */
@Entity({ name: 'orchestration_cache_entry' })
@Index('orchestration_cache_entry_expiry', ['expiresAt'])
@Index('orchestration_cache_entry_created', ['createdAt'])
@Index('orchestration_cache_entry_run', ['runId'])
export class CacheEntryRow {
  /** SHA-256 of what was asked, and of whose it is. */
  @PrimaryColumn({ name: 'key', type: 'bytea', primaryKeyConstraintName: 'orchestration_cache_entry_pkey' })
  key!: Uint8Array;

  /** `user`, `tenant` or `global`. */
  @Column({ name: 'scope', type: 'varchar' })
  scope!: string;

  /** Of the run that it comes from; empty where it has none. */
  @Column({ name: 'tenant', type: 'varchar' })
  tenant!: string;

  /** Id of the principal whose it is, with the scope `user`. */
  @Column({ name: 'owner', type: 'varchar' })
  owner!: string;

  /** Of the call. */
  @Column({ name: 'kind', type: 'varchar' })
  kind!: string;

  @Column({ name: 'name', type: 'varchar' })
  name!: string;

  /** The run that it comes from. */
  @Column({ name: 'run_id', type: 'uuid' })
  runId!: string;

  /** Key of the call in that run. */
  @Column({ name: 'call', type: 'varchar' })
  call!: string;

  @Column({ name: 'result', type: 'json' })
  result!: JsonValue;

  /** What it has cost. */
  @Column({ name: 'usage', type: 'json' })
  usage!: JsonValue;

  /** Of the result, as text in UTF-8. */
  @Column({ name: 'bytes', type: 'int' })
  bytes!: number;

  @Column({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;

  @Column({ name: 'expires_at', type: 'timestamptz' })
  expiresAt!: Date;
}
