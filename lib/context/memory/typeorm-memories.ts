import type { DataSource } from 'typeorm';
import type { Clock } from '../../clock/index.js';
import { nowPlus, Statements, type TableNames, tableNames } from '../../database/index.js';
import { canonicalId, type Page, pageOf, readCursor } from '../../values/index.js';
import { Memories, type MemoryListing, type MemoryPlace, type WrittenMemory } from './memories.js';
import type { Memory, MemoryOrigin, MemoryScope } from './memory.js';

const selection =
  'id, scope, owner, about, body, trusted, origin, expires_at AS "expiresAt", remembered_at AS "rememberedAt"';

interface MemoryRecord {
  readonly id: string;
  readonly scope: MemoryScope;
  readonly owner: string;
  readonly about: string;
  readonly body: string;
  readonly trusted: boolean;
  readonly origin: MemoryOrigin;
  readonly expiresAt: Date | null;
  readonly rememberedAt: Date;
}

/** Memories in the host's database. */
export class TypeOrmMemories extends Memories {
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

  async put(memory: WrittenMemory): Promise<void> {
    const { id, tenant, scope, owner, about, text, trust, origin, expiresIn } = memory;
    const now = nowPlus('$9::double precision');
    await this.statements.count({
      name: 'nestor_put_memory',
      text: `INSERT INTO ${this.tables.memory} (id, tenant, scope, owner, about, body, trusted, origin, remembered_at, expires_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8::json, ${now}, ${now} + $10::double precision * interval '1 millisecond')
        ON CONFLICT (id) DO UPDATE SET trusted = excluded.trusted, origin = excluded.origin,
          remembered_at = excluded.remembered_at, expires_at = excluded.expires_at`,
      values: [
        id,
        tenant,
        scope,
        owner,
        about,
        text,
        trust === 'trusted',
        JSON.stringify(origin),
        this.clock.offset(),
        expiresIn ?? null,
      ],
    });
  }

  async list({ tenant, scope, owner, about, limit, cursor }: MemoryListing): Promise<Page<Memory>> {
    const after = cursor === undefined ? undefined : readCursor(cursor);
    // Cursors are in milliseconds, as pages are ordered.
    const at = `date_trunc('milliseconds', remembered_at)`;
    const rows = await this.statements.run<MemoryRecord>({
      name: `nestor_memories${after ? '_after' : ''}`,
      text: `SELECT ${selection} FROM ${this.tables.memory}
        WHERE tenant = $1 AND scope = $2 AND owner = $3 AND ($4::text IS NULL OR about = $4) AND ${this.there('$6')}
          ${after ? `AND (${at}, id) < ($7::timestamptz, $8::uuid)` : ''}
        ORDER BY ${at} DESC, id DESC LIMIT $5`,
      values: [
        tenant,
        scope,
        owner,
        about ?? null,
        limit + 1,
        this.clock.offset(),
        ...(after ? [after.at, after.id] : []),
      ],
    });
    return pageOf(rows.map(memoryOf), limit, ({ rememberedAt, id }) => ({
      at: rememberedAt.toISOString(),
      id,
    }));
  }

  async find(tenant: string, given: string): Promise<Memory | undefined> {
    const id = canonicalId(given);
    if (id === undefined) return undefined;
    const [row] = await this.statements.run<MemoryRecord>({
      name: 'nestor_memory',
      text: `SELECT ${selection} FROM ${this.tables.memory} WHERE tenant = $1 AND id = $2 AND ${this.there('$3')}`,
      values: [tenant, id, this.clock.offset()],
    });
    return row && memoryOf(row);
  }

  async remove(tenant: string, id: string): Promise<boolean> {
    const gone = await this.statements.count({
      name: 'nestor_remove_memory',
      text: `DELETE FROM ${this.tables.memory} WHERE tenant = $1 AND id = $2`,
      values: [tenant, id],
    });
    return gone > 0;
  }

  removeAbout(where: MemoryPlace | Pick<MemoryPlace, 'tenant'>, about: string): Promise<number> {
    const isPlace = 'scope' in where;
    return this.statements.count({
      name: `nestor_remove_memories${isPlace ? '_of' : ''}`,
      text: `DELETE FROM ${this.tables.memory} WHERE tenant = $1 AND about = $2 ${isPlace ? 'AND scope = $3 AND owner = $4' : ''}`,
      values: [where.tenant, about, ...(isPlace ? [where.scope, where.owner] : [])],
    });
  }

  removeOf(tenant: string, person: string): Promise<number> {
    return this.statements.count({
      name: 'nestor_remove_memories_of_person',
      text: `DELETE FROM ${this.tables.memory} WHERE tenant = $1 AND (about = $2 OR (scope = 'user' AND owner = $2))`,
      values: [tenant, person],
    });
  }

  removeExpired(limit: number): Promise<number> {
    const { memory } = this.tables;
    return this.statements.count({
      name: 'nestor_expire_memories',
      text: `DELETE FROM ${memory} WHERE id IN (
        SELECT id FROM ${memory} WHERE expires_at <= ${nowPlus('$2::double precision')} LIMIT $1)`,
      values: [limit, this.clock.offset()],
    });
  }

  private there(offset: string): string {
    return `(expires_at IS NULL OR expires_at > ${nowPlus(`${offset}::double precision`)})`;
  }
}

function memoryOf({
  id,
  scope,
  owner,
  about,
  body,
  trusted,
  origin,
  expiresAt,
  rememberedAt,
}: MemoryRecord): Memory {
  return {
    id,
    about,
    text: body,
    scope,
    ...(owner === '' ? {} : { owner }),
    trust: trusted ? 'trusted' : 'untrusted',
    origin,
    rememberedAt,
    ...(expiresAt === null ? {} : { expiresAt }),
  };
}
