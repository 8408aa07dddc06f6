import type { DataSource } from 'typeorm';
import type { Clock } from '../../clock/index.js';
import {
  byteaOf,
  hexOf,
  nowPlus,
  Parameters,
  Statements,
  type TableNames,
  tableNames,
} from '../../database/index.js';
import { derivedId } from '../../values/index.js';
import {
  type DocumentKey,
  type FoundChunk,
  type KnowledgeReader,
  type KnowledgeSearch,
  type KnowledgeStats,
  KnowledgeStore,
  type PutOutcome,
  type StoredChunk,
  type StoredDocument,
} from './knowledge-store.js';

const keyCondition = 'base = $1 AND tenant = $2 AND shared = $3 AND uri = $4';

/** Knowledge bases in the host's database, searched with the full-text search of PostgreSQL. */
export class TypeOrmKnowledgeStore extends KnowledgeStore {
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

  async hashOf(key: DocumentKey): Promise<string | undefined> {
    const [row] = await this.statements.run<{ hash: Buffer }>({
      name: 'nestor_document_hash',
      text: `SELECT hash FROM ${this.tables.document} WHERE ${keyCondition}`,
      values: valuesOf(key),
    });
    return row && hexOf(row.hash);
  }

  put(document: StoredDocument, chunks: readonly StoredChunk[]): Promise<PutOutcome> {
    return this.statements.together(async (send) => {
      const [stored] = await send<{ id: string; version: number }>(this.putStatement(document));
      if (!stored) return 'unchanged';
      const { id, version } = stored;
      if (version > 1)
        await send({ text: `DELETE FROM ${this.tables.chunk} WHERE document_id = $1`, values: [id] });
      if (chunks.length > 0) await send(this.chunksStatement(id, document, chunks));
      return version > 1 ? 'changed' : 'added';
    });
  }

  async remove(key: DocumentKey): Promise<boolean> {
    return this.statements.together(async (send) => {
      const [gone] = await send<{ id: string }>({
        text: `DELETE FROM ${this.tables.document} WHERE ${keyCondition} RETURNING id`,
        values: valuesOf(key),
      });
      if (gone)
        await send({ text: `DELETE FROM ${this.tables.chunk} WHERE document_id = $1`, values: [gone.id] });
      return gone !== undefined;
    });
  }

  async search({ base, reader, text, filter, limit }: KnowledgeSearch): Promise<readonly FoundChunk[]> {
    const { document, chunk } = this.tables;
    const parameters = new Parameters();
    const visible = isVisible(parameters, base, reader);
    const asked = parameters.add(text, 'text');
    // A document in another language has other forms of the same words: each language is asked in its own.
    const rows = await this.statements.run<FoundChunk & { readonly title: string | null }>({
      text: `
        WITH spoken AS (SELECT DISTINCT d.language FROM ${document} d WHERE ${visible}),
        query AS (
          SELECT s.language, string_agg('''' || replace(replace(l.lexeme, '\\', '\\\\'), '''', '''''') || '''', ' | ')::tsquery AS words
          FROM spoken s, unnest(to_tsvector(s.language::regconfig, ${asked})) AS l(lexeme, positions, weights)
          GROUP BY s.language
        )
        SELECT c.id, to_json(c.headings) AS headings, c.body AS text, ts_rank(c.search, q.words, 1) AS score,
          d.uri, d.title, d.version, d.trusted, d.metadata
        FROM query q
        JOIN ${chunk} c ON c.search @@ q.words
        JOIN ${document} d ON d.id = c.document_id AND d.language = q.language
        WHERE ${visible} AND d.metadata @> ${parameters.add(JSON.stringify(filter), 'jsonb')}
        ORDER BY score DESC, c.id LIMIT ${parameters.add(limit, 'int')}`,
      values: parameters.values,
    });
    return rows.map(({ title, ...row }) => ({ ...row, title: title ?? undefined }));
  }

  async stats(base: string, reader: KnowledgeReader): Promise<KnowledgeStats> {
    const { document, chunk } = this.tables;
    const parameters = new Parameters();
    const visible = isVisible(parameters, base, reader);
    const [row] = await this.statements.run<KnowledgeStats>({
      text: `
        SELECT count(DISTINCT d.id)::int AS documents, count(c.id)::int AS chunks, coalesce(sum(c.tokens), 0)::int AS tokens
        FROM ${document} d LEFT JOIN ${chunk} c ON c.document_id = d.id WHERE ${visible}`,
      values: parameters.values,
    });
    return row ?? { documents: 0, chunks: 0, tokens: 0 };
  }

  /** Gives no row where the document is the same. Its row keeps others waiting who put the same. */
  private putStatement(document: StoredDocument) {
    const { base, tenant, shared, uri, title, mediaType, language, roles, trusted, metadata, hash } =
      document;
    const now = nowPlus('$14::double precision');
    return {
      name: 'nestor_put_document',
      text: `
        INSERT INTO ${this.tables.document} AS d (base, tenant, shared, uri, id, title, media_type, language, roles, trusted,
          metadata, hash, version, ingested_by, ingested_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9::text[], $10, $11::jsonb, $12::bytea, 1, $13, ${now})
        ON CONFLICT (base, tenant, shared, uri) DO UPDATE SET title = excluded.title, media_type = excluded.media_type,
          language = excluded.language, roles = excluded.roles, trusted = excluded.trusted, metadata = excluded.metadata,
          hash = excluded.hash, version = d.version + 1, ingested_by = excluded.ingested_by, ingested_at = excluded.ingested_at
          WHERE d.hash <> excluded.hash
        RETURNING id, version`,
      values: [
        base,
        tenant,
        shared,
        uri,
        derivedId('document', base, tenant, String(shared), uri),
        title ?? null,
        mediaType,
        language,
        roles ? [...roles] : null,
        trusted,
        JSON.stringify(metadata),
        byteaOf(hash),
        document.ingestedBy ?? null,
        this.clock.offset(),
      ],
    };
  }

  private chunksStatement(id: string, { title, language }: StoredDocument, chunks: readonly StoredChunk[]) {
    const parameters = new Parameters();
    const rows = parameters.unnest(
      [...chunks.entries()],
      [
        ['id', 'uuid', ([ordinal, chunk]) => derivedId('chunk', id, ordinal, chunk.text)],
        ['ordinal', 'int', ([ordinal]) => ordinal],
        // PostgreSQL's arrays of arrays all have one length.
        ['headings', 'json', ([, chunk]) => JSON.stringify(chunk.headings)],
        ['body', 'text', ([, chunk]) => chunk.text],
        ['tokens', 'int', ([, chunk]) => chunk.tokens],
      ],
    );
    const config = `${parameters.add(language, 'text')}::regconfig`;
    const headings = `ARRAY(SELECT json_array_elements_text(c.headings))`;
    return {
      text: `
        INSERT INTO ${this.tables.chunk} (id, document_id, ordinal, headings, body, tokens, search)
        SELECT c.id, ${parameters.add(id, 'uuid')}, c.ordinal, ${headings}, c.body, c.tokens,
          setweight(to_tsvector(${config}, ${parameters.add(title ?? '', 'text')} || ' ' || array_to_string(${headings}, ' ')), 'A')
            || setweight(to_tsvector(${config}, c.body), 'B')
        FROM ${rows} AS c (id, ordinal, headings, body, tokens)`,
      values: parameters.values,
    };
  }
}

function valuesOf({ base, tenant, shared, uri }: DocumentKey): unknown[] {
  return [base, tenant, shared, uri];
}

/** What a reader may see of the documents `d`. */
function isVisible(parameters: Parameters, base: string, { tenant, roles }: KnowledgeReader): string {
  return [
    `d.base = ${parameters.add(base, 'text')}`,
    ...(tenant === undefined ? [] : [`(d.shared OR d.tenant = ${parameters.add(tenant ?? '', 'text')})`]),
    ...(roles === undefined
      ? []
      : [`(d.roles IS NULL OR d.roles && ${parameters.add([...roles], 'text[]')})`]),
  ].join(' AND ');
}
