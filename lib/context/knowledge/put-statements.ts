import {
  byteaOf,
  type Column,
  names,
  nowPlus,
  Parameters,
  type Statement,
  type TableNames,
} from '../../database/index.js';
import { chunkIdOf, documentIdOf } from './knowledge-ids.js';
import type { DocumentKey, StoredChunk, StoredDocument, WholeDocument } from './knowledge-store.js';
import { bytesOfVector } from './vectors/numbers.js';

export const keyCondition = 'base = $1 AND tenant = $2 AND shared = $3 AND uri = $4';

export function valuesOfKey({ base, tenant, shared, uri }: DocumentKey): unknown[] {
  return [base, tenant, shared, uri];
}

const keyColumns: readonly Column<DocumentKey>[] = [
  ['base', 'text', ({ base }) => base],
  ['tenant', 'text', ({ tenant }) => tenant],
  ['shared', 'boolean', ({ shared }) => shared],
  ['uri', 'text', ({ uri }) => uri],
];

/** A row for each document that is there, with its place in the list. */
export function hashesStatement({ document }: TableNames, keys: readonly DocumentKey[]): Statement {
  const parameters = new Parameters();
  const rows = parameters.unnest(keys, keyColumns);
  return {
    name: 'nestor_document_hashes',
    text: `
      SELECT k.place::int AS place, d.hash FROM ${rows} WITH ORDINALITY AS k (${names(keyColumns)}, place)
      JOIN ${document} d USING (${names(keyColumns)})`,
    values: parameters.values,
  };
}

const documentColumns: readonly Column<StoredDocument>[] = [
  ...keyColumns,
  ['id', 'uuid', documentIdOf],
  ['title', 'text', ({ title }) => title ?? null],
  ['media_type', 'text', ({ mediaType }) => mediaType],
  ['language', 'text', ({ language }) => language],
  ['trusted', 'boolean', ({ trusted }) => trusted],
  ['metadata', 'jsonb', ({ metadata }) => JSON.stringify(metadata)],
  ['hash', 'bytea', ({ hash }) => byteaOf(hash)],
  ['ingested_by', 'text', ({ ingestedBy }) => ingestedBy ?? null],
  ['about', 'text', ({ about }) => about ?? null],
  // PostgreSQL's arrays of arrays all have one length.
  ['roles', 'json', ({ roles }) => (roles ? JSON.stringify(roles) : null)],
];

/**
 * A row for each document but those that are the same. Their rows keep others waiting who put the same; written in the order of their
 * keys, so that two who put several never wait for each other. @param offset of the clock
 */
export function documentsStatement(
  { document }: TableNames,
  documents: readonly StoredDocument[],
  offset: number,
): Statement {
  const parameters = new Parameters();
  const rows = parameters.unnest(documents, documentColumns);
  const plain = documentColumns.slice(0, -1);
  const replaced = plain.slice(keyColumns.length + 1).map(([name]) => `"${name}" = excluded."${name}"`);
  return {
    name: 'nestor_put_documents',
    text: `
      INSERT INTO ${document} AS d (${names(plain)}, roles, version, ingested_at)
      SELECT ${names(plain, 'n.')}, CASE WHEN n.roles IS NOT NULL THEN ARRAY(SELECT json_array_elements_text(n.roles)) END,
        1, ${nowPlus(parameters.add(offset, 'double precision'))}
      FROM ${rows} AS n (${names(documentColumns)}) ORDER BY ${names(keyColumns, 'n.')}
      ON CONFLICT (${names(keyColumns)}) DO UPDATE SET ${replaced.join(', ')}, roles = excluded.roles,
        version = d.version + 1, ingested_at = excluded.ingested_at
        WHERE d.hash <> excluded.hash
      RETURNING id, version`,
    values: parameters.values,
  };
}

/** A chunk with its place. */
export interface PlacedChunk {
  readonly id: string;
  readonly documentId: string;
  readonly document: StoredDocument;
  readonly ordinal: number;
  readonly chunk: StoredChunk;
}

export function placed({ document, chunks }: WholeDocument): PlacedChunk[] {
  const documentId = documentIdOf(document);
  return chunks.map((chunk, ordinal) => ({
    id: chunkIdOf(documentId, ordinal, chunk),
    documentId,
    document,
    ordinal,
    chunk,
  }));
}

const chunkColumns: readonly Column<PlacedChunk>[] = [
  ['id', 'uuid', ({ id }) => id],
  ['document_id', 'uuid', ({ documentId }) => documentId],
  ['ordinal', 'int', ({ ordinal }) => ordinal],
  ['headings', 'json', ({ chunk }) => JSON.stringify(chunk.headings)],
  ['body', 'text', ({ chunk }) => chunk.text],
  ['tokens', 'int', ({ chunk }) => chunk.tokens],
  ['title', 'text', ({ document }) => document.title ?? ''],
  ['language', 'text', ({ document }) => document.language],
];

export function chunksStatement({ chunk }: TableNames, chunks: readonly PlacedChunk[]): Statement {
  const parameters = new Parameters();
  const rows = parameters.unnest(chunks, chunkColumns);
  const above = `c.title || ' ' || array_to_string(h.headings, ' ')`;
  return {
    name: 'nestor_put_chunks',
    text: `
      INSERT INTO ${chunk} (id, document_id, ordinal, headings, body, tokens, search)
      SELECT c.id, c.document_id, c.ordinal, h.headings, c.body, c.tokens,
        setweight(to_tsvector(c.language::regconfig, ${above}), 'A') || setweight(to_tsvector(c.language::regconfig, c.body), 'B')
      FROM ${rows} AS c (${names(chunkColumns)}),
        LATERAL (SELECT ARRAY(SELECT json_array_elements_text(c.headings)) AS headings) h`,
    values: parameters.values,
  };
}

/** A chunk that has a vector. */
export interface Vectored {
  readonly chunkId: string;
  readonly model: string;
  readonly vector: readonly number[];
}

export function vectored(chunks: readonly PlacedChunk[]): Vectored[] {
  return chunks.flatMap(({ id, document: { model }, chunk: { vector = [] } }) =>
    model === undefined ? [] : [{ chunkId: id, model, vector }],
  );
}

export function chunkVectorsStatement({ chunkVector }: TableNames, chunks: readonly Vectored[]): Statement {
  const parameters = new Parameters();
  const columns: readonly Column<Vectored>[] = [
    ['chunk_id', 'uuid', ({ chunkId }) => chunkId],
    ['model', 'text', ({ model }) => model],
    ['vector', 'bytea', ({ vector }) => bytesOfVector(vector)],
  ];
  const rows = parameters.unnest(chunks, columns);
  return {
    name: 'nestor_put_chunk_vectors',
    text: `INSERT INTO ${chunkVector} (${names(columns)}) SELECT * FROM ${rows}`,
    values: parameters.values,
  };
}

/** Takes out what belongs to documents. @param vectors tables that hold vectors of chunks */
export function withoutChunks(
  chunk: string,
  vectors: readonly string[],
  documents: readonly string[],
): readonly Statement[] {
  const values = [[...documents]];
  return [
    ...vectors.map((table) => ({
      text: `DELETE FROM ${table} WHERE chunk_id IN (SELECT id FROM ${chunk} WHERE document_id = ANY($1::uuid[]))`,
      values,
    })),
    { text: `DELETE FROM ${chunk} WHERE document_id = ANY($1::uuid[])`, values },
  ];
}
