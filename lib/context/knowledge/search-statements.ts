import { Parameters, type Statement, type TableNames } from '../../database/index.js';
import type { FoundChunk, KnowledgeReader, KnowledgeSearch, VectorSearch } from './knowledge-store.js';

/** A chunk as a statement gives it. */
export type StoredFound = Omit<FoundChunk, 'title'> & { readonly title: string | null };

/** What a search may look at. */
type Visible = Pick<KnowledgeSearch, 'base' | 'reader' | 'filter'>;

const foundColumns =
  'c.id, to_json(c.headings) AS headings, c.body AS text, d.uri, d.title, d.version, d.trusted, d.metadata';

/** Of a chunk `c` that has words of the query `q`: divided by the logarithm of its length. */
const rank = 'ts_rank(c.search, q.words, 1)';

export function foundOf({ title, ...row }: StoredFound): FoundChunk {
  return { ...row, title: title ?? undefined };
}

/** Chunks that have any of the words, the best first. */
export function wordsStatement(tables: TableNames, search: KnowledgeSearch): Statement {
  const parameters = new Parameters();
  const { query, from, where } = byWords(tables, search, parameters);
  return {
    text: `
      WITH ${query}
      SELECT ${foundColumns}, ${rank} AS score FROM ${from} WHERE ${where}
      ORDER BY score DESC, d.uri, c.ordinal LIMIT ${parameters.add(search.limit, 'int')}`,
    values: parameters.values,
  };
}

/** Those of some chunks that may be seen. */
export function chunksByIdStatement(tables: TableNames, search: Visible, ids: readonly string[]): Statement {
  const parameters = new Parameters();
  const wanted = parameters.add([...ids], 'uuid[]');
  return {
    text: `
      SELECT ${foundColumns}, 0 AS score FROM ${tables.chunk} c JOIN ${tables.document} d ON d.id = c.document_id
      WHERE c.id = ANY(${wanted}) AND ${isVisible(parameters, search)}`,
    values: parameters.values,
  };
}

/** How many vectors may be seen, counted up to one more than `most`. */
export function vectorCountStatement(tables: TableNames, search: VectorSearch, most: number): Statement {
  const parameters = new Parameters();
  const { from, where } = visibleVectors(tables, search, parameters);
  return {
    text: `SELECT count(*)::int AS count FROM (SELECT FROM ${from} WHERE ${where} LIMIT ${parameters.add(most + 1, 'int')}) visible`,
    values: parameters.values,
  };
}

/** All vectors that may be seen. */
export function vectorsStatement(tables: TableNames, search: VectorSearch): Statement {
  const parameters = new Parameters();
  const { from, where } = visibleVectors(tables, search, parameters);
  return { text: `SELECT v.chunk_id AS id, v.vector FROM ${from} WHERE ${where}`, values: parameters.values };
}

/** The vectors of those chunks that have the words, the best first. */
export function wordedVectorsStatement(tables: TableNames, search: VectorSearch, most: number): Statement {
  const parameters = new Parameters();
  const { query, from, where } = byWords(tables, search, parameters);
  return {
    text: `
      WITH ${query}
      SELECT v.chunk_id AS id, v.vector FROM ${from} JOIN ${tables.chunkVector} v ON v.chunk_id = c.id
      WHERE ${where} AND v.model = ${parameters.add(search.model, 'text')}
      ORDER BY ${rank} DESC LIMIT ${parameters.add(most, 'int')}`,
    values: parameters.values,
  };
}

export function statsStatement(tables: TableNames, base: string, reader: KnowledgeReader): Statement {
  const parameters = new Parameters();
  const visible = isVisible(parameters, { base, reader, filter: {} });
  return {
    text: `
      SELECT count(DISTINCT d.id)::int AS documents, count(c.id)::int AS chunks, coalesce(sum(c.tokens), 0)::int AS tokens
      FROM ${tables.document} d LEFT JOIN ${tables.chunk} c ON c.document_id = d.id WHERE ${visible}`,
    values: parameters.values,
  };
}

/** Vectors `v` of a model that may be seen. */
export function visibleVectors(
  { chunkVector, chunk, document }: TableNames,
  search: VectorSearch,
  parameters: Parameters,
) {
  return {
    from: `${chunkVector} v JOIN ${chunk} c ON c.id = v.chunk_id JOIN ${document} d ON d.id = c.document_id`,
    where: `v.model = ${parameters.add(search.model, 'text')} AND ${isVisible(parameters, search)}`,
  };
}

/**
 * Chunks `c` that have any of the words. A document in another language has other forms of the same words: each language is asked in
 * its own. Words are quoted: nothing of a text becomes an operator.
 */
function byWords({ document, chunk }: TableNames, search: KnowledgeSearch, parameters: Parameters) {
  const visible = isVisible(parameters, search);
  const asked = parameters.add(search.text, 'text');
  const quoted = `'''' || replace(replace(l.lexeme, '\\', '\\\\'), '''', '''''') || ''''`;
  return {
    query: `spoken AS (SELECT DISTINCT d.language FROM ${document} d WHERE ${visible}),
      query AS (
        SELECT s.language, string_agg(${quoted}, ' | ')::tsquery AS words
        FROM spoken s, unnest(to_tsvector(s.language::regconfig, ${asked})) AS l(lexeme, positions, weights)
        GROUP BY s.language
      )`,
    from: `query q JOIN ${chunk} c ON c.search @@ q.words
      JOIN ${document} d ON d.id = c.document_id AND d.language = q.language`,
    where: visible,
  };
}

/** What may be seen of the documents `d`. */
function isVisible(parameters: Parameters, { base, reader: { tenant, roles }, filter }: Visible): string {
  return [
    `d.base = ${parameters.add(base, 'text')}`,
    ...(tenant === undefined ? [] : [`(d.shared OR d.tenant = ${parameters.add(tenant ?? '', 'text')})`]),
    ...(roles === undefined
      ? []
      : [`(d.roles IS NULL OR d.roles && ${parameters.add([...roles], 'text[]')})`]),
    `d.metadata @> ${parameters.add(JSON.stringify(filter), 'jsonb')}`,
  ].join(' AND ');
}
