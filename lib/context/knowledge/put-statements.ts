import { byteaOf, nowPlus, Parameters, type Statement, type TableNames } from '../../database/index.js';
import { chunkIdOf, documentIdOf } from './knowledge-ids.js';
import type { DocumentKey, StoredChunk, StoredDocument } from './knowledge-store.js';
import { bytesOfVector } from './vectors/numbers.js';

export const keyCondition = 'base = $1 AND tenant = $2 AND shared = $3 AND uri = $4';

export function valuesOfKey({ base, tenant, shared, uri }: DocumentKey): unknown[] {
  return [base, tenant, shared, uri];
}

/** Gives no row where the document is the same. Its row keeps others waiting who put the same. @param offset of the clock */
export function documentStatement(tables: TableNames, document: StoredDocument, offset: number): Statement {
  const { title, mediaType, language, roles, trusted, about, metadata, hash, ingestedBy } = document;
  return {
    name: 'nestor_put_document',
    text: `
      INSERT INTO ${tables.document} AS d (base, tenant, shared, uri, id, title, media_type, language, roles, trusted,
        metadata, hash, version, ingested_by, about, ingested_at)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9::text[], $10, $11::jsonb, $12::bytea, 1, $13, $14,
        ${nowPlus('$15::double precision')})
      ON CONFLICT (base, tenant, shared, uri) DO UPDATE SET title = excluded.title, media_type = excluded.media_type,
        language = excluded.language, roles = excluded.roles, trusted = excluded.trusted, metadata = excluded.metadata, about = excluded.about,
        hash = excluded.hash, version = d.version + 1, ingested_by = excluded.ingested_by, ingested_at = excluded.ingested_at
        WHERE d.hash <> excluded.hash
      RETURNING id, version`,
    values: [
      ...valuesOfKey(document),
      documentIdOf(document),
      title ?? null,
      mediaType,
      language,
      roles ? [...roles] : null,
      trusted,
      JSON.stringify(metadata),
      byteaOf(hash),
      ingestedBy ?? null,
      about ?? null,
      offset,
    ],
  };
}

export function chunksStatement(
  tables: TableNames,
  id: string,
  { title, language }: StoredDocument,
  chunks: readonly StoredChunk[],
): Statement {
  const parameters = new Parameters();
  const rows = parameters.unnest(
    [...chunks.entries()],
    [
      ['id', 'uuid', ([ordinal, chunk]) => chunkIdOf(id, ordinal, chunk)],
      ['ordinal', 'int', ([ordinal]) => ordinal],
      // PostgreSQL's arrays of arrays all have one length.
      ['headings', 'json', ([, chunk]) => JSON.stringify(chunk.headings)],
      ['body', 'text', ([, chunk]) => chunk.text],
      ['tokens', 'int', ([, chunk]) => chunk.tokens],
    ],
  );
  const configuration = `${parameters.add(language, 'text')}::regconfig`;
  const headings = `ARRAY(SELECT json_array_elements_text(c.headings))`;
  const above = `${parameters.add(title ?? '', 'text')} || ' ' || array_to_string(${headings}, ' ')`;
  return {
    text: `
      INSERT INTO ${tables.chunk} (id, document_id, ordinal, headings, body, tokens, search)
      SELECT c.id, ${parameters.add(id, 'uuid')}, c.ordinal, ${headings}, c.body, c.tokens,
        setweight(to_tsvector(${configuration}, ${above}), 'A') || setweight(to_tsvector(${configuration}, c.body), 'B')
      FROM ${rows} AS c (id, ordinal, headings, body, tokens)`,
    values: parameters.values,
  };
}

export function chunkVectorsStatement(
  tables: TableNames,
  id: string,
  model: string,
  chunks: readonly StoredChunk[],
): Statement {
  const parameters = new Parameters();
  const rows = parameters.unnest(
    [...chunks.entries()],
    [
      ['chunk_id', 'uuid', ([ordinal, chunk]) => chunkIdOf(id, ordinal, chunk)],
      ['vector', 'bytea', ([, chunk]) => bytesOfVector(chunk.vector ?? [])],
    ],
  );
  return {
    text: `
      INSERT INTO ${tables.chunkVector} (chunk_id, model, vector)
      SELECT v.chunk_id, ${parameters.add(model, 'text')}, v.vector FROM ${rows} AS v (chunk_id, vector)`,
    values: parameters.values,
  };
}

/** Takes out what belongs to a document. @param vectors tables that hold vectors of its chunks */
export function withoutChunks(chunk: string, vectors: readonly string[], id: string): readonly Statement[] {
  return [
    ...vectors.map((table) => ({
      text: `DELETE FROM ${table} WHERE chunk_id IN (SELECT id FROM ${chunk} WHERE document_id = $1)`,
      values: [id],
    })),
    { text: `DELETE FROM ${chunk} WHERE document_id = $1`, values: [id] },
  ];
}
