import type { DataSource } from 'typeorm';
import type { Clock } from '../clock/index.js';
import { byteaOf, nowPlus, Statements, type TableNames, tableNames } from '../database/index.js';
import type { CacheScope } from '../scope/index.js';
import type { JsonValue, Usage } from '../values/index.js';
import { type CacheEntry, type CacheFilter, type CacheStats, CallCache } from './cache-entry.js';

interface StoredEntry {
  readonly scope: CacheScope;
  readonly tenant: string;
  readonly owner: string;
  readonly kind: string;
  readonly name: string;
  readonly runId: string;
  readonly call: string;
  readonly result: JsonValue;
  readonly usage: Usage;
}

/** Results in the host's database. */
export class TypeOrmCallCache extends CallCache {
  private readonly statements: Statements;
  private readonly tables: TableNames;

  constructor(
    dataSource: DataSource,
    private readonly clock: Clock,
  ) {
    super();
    this.statements = new Statements(dataSource, clock);
    this.tables = tableNames(dataSource);
  }

  async get(key: string): Promise<CacheEntry | undefined> {
    const [row] = await this.statements.run<StoredEntry>({
      name: 'nestor_cached',
      text: `SELECT scope, tenant, owner, kind, name, run_id AS "runId", call, result, usage
        FROM ${this.tables.cacheEntry} WHERE key = $1::bytea AND expires_at > ${nowPlus('$2::double precision')}`,
      values: [byteaOf(key), this.clock.offset()],
    });
    return row && { ...row, key };
  }

  async put(entry: CacheEntry, ttl: number): Promise<void> {
    const { key, scope, tenant, owner, kind, name, runId, call, result, usage } = entry;
    const text = JSON.stringify(result);
    const now = nowPlus('$12::double precision');
    await this.statements.count({
      name: 'nestor_put_cached',
      text: `INSERT INTO ${this.tables.cacheEntry}
          (key, scope, tenant, owner, kind, name, run_id, call, result, usage, bytes, created_at, expires_at)
        VALUES ($1::bytea, $2, $3, $4, $5, $6, $7, $8, $9::json, $10::json, $11, ${now},
          ${now} + $13::double precision * interval '1 millisecond')
        ON CONFLICT (key) DO UPDATE SET run_id = excluded.run_id, call = excluded.call, result = excluded.result,
          usage = excluded.usage, bytes = excluded.bytes, created_at = excluded.created_at, expires_at = excluded.expires_at`,
      values: [
        byteaOf(key),
        scope,
        tenant,
        owner,
        kind,
        name,
        runId,
        call,
        text,
        JSON.stringify(usage),
        Buffer.byteLength(text, 'utf8'),
        this.clock.offset(),
        ttl,
      ],
    });
  }

  clear({ tenant, user, kind, name, runId }: CacheFilter): Promise<number> {
    return this.statements.count({
      name: 'nestor_clear_cached',
      text: `DELETE FROM ${this.tables.cacheEntry} WHERE ($1::varchar IS NULL OR tenant = $1)
        AND ($2::varchar IS NULL OR (scope = 'user' AND owner = $2)) AND ($3::varchar IS NULL OR kind = $3)
        AND ($4::varchar IS NULL OR name = $4) AND ($5::uuid IS NULL OR run_id = $5)`,
      values: [tenant ?? null, user ?? null, kind ?? null, name ?? null, runId ?? null],
    });
  }

  removeOf(tenant: string, person: string): Promise<number> {
    return this.statements.count({
      name: 'nestor_remove_cached_of_person',
      text: `DELETE FROM ${this.tables.cacheEntry} c WHERE tenant = $1 AND ((scope = 'user' AND owner = $2)
        OR EXISTS (SELECT FROM ${this.tables.run} r WHERE r.id = c.run_id AND r.principal->>'id' = $2))`,
      values: [tenant, person],
    });
  }

  removeOrphans(): Promise<number> {
    return this.statements.count({
      name: 'nestor_remove_cached_of_no_run',
      text: `DELETE FROM ${this.tables.cacheEntry} c
        WHERE NOT EXISTS (SELECT FROM ${this.tables.run} r WHERE r.id = c.run_id)`,
      values: [],
    });
  }

  async stats(tenant: string | undefined): Promise<CacheStats> {
    const [row] = await this.statements.run<{ entries: string | number; bytes: string | number }>({
      name: 'nestor_cached_stats',
      text: `SELECT count(*) AS entries, coalesce(sum(bytes), 0) AS bytes FROM ${this.tables.cacheEntry}
        WHERE expires_at > ${nowPlus('$1::double precision')} AND ($2::varchar IS NULL OR tenant = $2)`,
      values: [this.clock.offset(), tenant ?? null],
    });
    return { entries: Number(row?.entries ?? 0), bytes: Number(row?.bytes ?? 0) };
  }

  removeExpired(limit: number): Promise<number> {
    const { cacheEntry } = this.tables;
    return this.statements.count({
      name: 'nestor_expire_cached',
      text: `DELETE FROM ${cacheEntry} WHERE key IN (
        SELECT key FROM ${cacheEntry} WHERE expires_at <= ${nowPlus('$2::double precision')} LIMIT $1)`,
      values: [limit, this.clock.offset()],
    });
  }

  /** What is behind the newest ones that have so many bytes together. */
  trim(bytes: number): Promise<number> {
    const { cacheEntry } = this.tables;
    return this.statements.count({
      name: 'nestor_trim_cached',
      text: `DELETE FROM ${cacheEntry} WHERE key IN (
        SELECT key FROM (SELECT key, sum(bytes) OVER (ORDER BY created_at DESC, key) AS until FROM ${cacheEntry}) entries
        WHERE until > $1::bigint)`,
      values: [bytes],
    });
  }
}
