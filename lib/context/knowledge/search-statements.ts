import { Parameters, type Statement, type TableNames } from '../../database/index.js';
import type { FoundChunk, KnowledgeReader, KnowledgeSearch, VectorSearch } from './knowledge-store.js';

/** A chunk as a statement gives it. */
export type StoredFound = Omit<FoundChunk, 'title'> & { readonly title: string | null };

/** What a search may look at. */
type Visible = Pick<KnowledgeSearch, 'base' | 'reader' | 'filter'>;

const foundColumns =
  'c.id, to_json(c.headings) AS headings, c.body AS text, d.uri, d.title, d.version, d.trusted, d.metadata';

export function foundOf({ title, ...row }: StoredFound): FoundChunk {
  return { ...row, title: title ?? undefined };
}

/** What is asked, in one of the languages of a base. */
export interface Asked {
  /** Name of a text search configuration. */
  readonly language: string;
  /** A `tsquery`: any of the words, in the forms of the language. */
  readonly words: string;
}

/**
 * A question in each language that documents of a base have: in another one the same words have other forms. None where it has only
 * words that are not searched for. Which languages there are is read from an index, one step for each. Words are quoted: nothing of a
 * text becomes an operator.
 */
export function askedStatement({ document }: TableNames, { base, text }: KnowledgeSearch): Statement {
  const quoted = `'''' || replace(replace(l.lexeme, '\\', '\\\\'), '''', '''''') || ''''`;
  return {
    name: 'nestor_asked_words',
    text: `
      WITH RECURSIVE spoken AS (
        (SELECT d.language FROM ${document} d WHERE d.base = $1 ORDER BY d.language LIMIT 1)
        UNION ALL
        SELECT next.language FROM spoken s, LATERAL (
          SELECT d.language FROM ${document} d WHERE d.base = $1 AND d.language > s.language ORDER BY d.language LIMIT 1
        ) next
      )
      SELECT s.language, string_agg(${quoted}, ' | ') AS words
      FROM spoken s, unnest(to_tsvector(s.language::regconfig, $2)) AS l(lexeme, positions, weights)
      GROUP BY s.language`,
    values: [base, text],
  };
}

/** Chunks that have any of the words, the best first. */
export function wordsStatement(
  tables: TableNames,
  search: KnowledgeSearch,
  asked: readonly Asked[],
): Statement {
  const parameters = new Parameters();
  const found = byWords(tables, search, asked, parameters, `${foundColumns}, c.ordinal`);
  return {
    text: `
      SELECT id, headings, text, uri, title, version, trusted, metadata, score FROM (${found}) found
      ORDER BY score DESC, uri, ordinal LIMIT ${parameters.add(search.limit, 'int')}`,
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
      WHERE c.id = ANY(${wanted}) AND ${visibleCondition(parameters, search)}`,
    values: parameters.values,
  };
}

/** How many chunks may be seen, counted up to one more than `most`. */
export function countStatement(tables: TableNames, search: Visible, most: number): Statement {
  const parameters = new Parameters();
  const seen = visibleChunks(tables, search, most, parameters);
  return { text: `SELECT count(*)::int AS count FROM (${seen}) seen`, values: parameters.values };
}

/** All vectors that may be seen; none where there are more chunks than `most`. */
export function vectorsStatement(tables: TableNames, search: VectorSearch, most: number): Statement {
  const parameters = new Parameters();
  return {
    text: `
      WITH seen AS MATERIALIZED (${visibleChunks(tables, search, most, parameters)})
      SELECT s.id, v.vector FROM seen s JOIN ${tables.chunkVector} v ON v.chunk_id = s.id
      WHERE v.model = ${parameters.add(search.model, 'text')}
        AND (SELECT count(*) FROM seen) <= ${parameters.add(most, 'int')}`,
    values: parameters.values,
  };
}

/** One more than `most`, where there are so many. */
function visibleChunks(
  { chunk, document }: TableNames,
  search: Visible,
  most: number,
  parameters: Parameters,
): string {
  return `SELECT c.id FROM ${chunk} c JOIN ${document} d ON d.id = c.document_id
    WHERE ${visibleCondition(parameters, search)} LIMIT ${parameters.add(most + 1, 'int')}`;
}

/** The vectors of those chunks that have the words, the best first. */
export function wordedVectorsStatement(
  tables: TableNames,
  search: VectorSearch,
  asked: readonly Asked[],
  most: number,
): Statement {
  const parameters = new Parameters();
  const found = byWords(tables, search, asked, parameters, 'c.id');
  return {
    text: `
      SELECT f.id, v.vector FROM (${found}) f JOIN ${tables.chunkVector} v ON v.chunk_id = f.id
      WHERE v.model = ${parameters.add(search.model, 'text')}
      ORDER BY f.score DESC LIMIT ${parameters.add(most, 'int')}`,
    values: parameters.values,
  };
}

export function statsStatement(tables: TableNames, base: string, reader: KnowledgeReader): Statement {
  const parameters = new Parameters();
  const visible = visibleCondition(parameters, { base, reader, filter: {} });
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
    where: `v.model = ${parameters.add(search.model, 'text')} AND ${visibleCondition(parameters, search)}`,
  };
}

/** Chunks `c` that have any of the words, with their `score`: language by language, so that it is planned by how common the words are. */
function byWords(
  { document, chunk }: TableNames,
  search: KnowledgeSearch,
  asked: readonly Asked[],
  parameters: Parameters,
  columns: string,
): string {
  const visible = visibleCondition(parameters, search);
  const inLanguages = asked.map(({ language, words }) => {
    const query = parameters.add(words, 'tsquery');
    // Divided by the logarithm of its length.
    return `
      SELECT ${columns}, ts_rank(c.search, ${query}, 1) AS score
      FROM ${chunk} c JOIN ${document} d ON d.id = c.document_id
      WHERE c.search @@ ${query} AND d.language = ${parameters.add(language, 'text')} AND ${visible}`;
  });
  return inLanguages.join(' UNION ALL ');
}

/** What may be seen of the documents `d`. */
export function visibleCondition(
  parameters: Parameters,
  { base, reader: { tenant, roles }, filter }: Visible,
): string {
  return [
    `d.base = ${parameters.add(base, 'text')}`,
    ...(tenant === undefined ? [] : [`(d.shared OR d.tenant = ${parameters.add(tenant ?? '', 'text')})`]),
    ...(roles === undefined
      ? []
      : [`(d.roles IS NULL OR d.roles && ${parameters.add([...roles], 'text[]')})`]),
    ...(Object.keys(filter).length === 0
      ? []
      : [`d.metadata @> ${parameters.add(JSON.stringify(filter), 'jsonb')}`]),
  ].join(' AND ');
}
