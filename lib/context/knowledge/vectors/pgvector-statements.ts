import { Parameters, type Statement, type TableNames } from '../../../database/index.js';
import { sha256 } from '../../../values/index.js';
import { visibleVectors } from '../search-statements.js';
import type { VectorSearch } from '../knowledge-store.js';

/** Most numbers of vectors that HNSW indexes: as `vector`, and as `halfvec` (pgvector, README, "HNSW"). */
const mostIndexed = 2_000;
const mostHalved = 4_000;

/** A vector that is found by pgvector. */
export interface IndexedVector {
  readonly chunkId: string;
  readonly model: string;
  /** As pgvector reads it: `[0.1,0.2]`. */
  readonly vector: string;
}

export const installedStatement: Statement = {
  text: `SELECT extversion AS version FROM pg_extension WHERE extname = 'vector'`,
  values: [],
};

export function createTableStatement({ vectorIndex }: TableNames): Statement {
  return {
    text: `CREATE TABLE IF NOT EXISTS ${vectorIndex} (
      chunk_id uuid NOT NULL, model varchar NOT NULL, embedding vector NOT NULL, PRIMARY KEY (chunk_id, model))`,
    values: [],
  };
}

/** The type by which vectors of so many numbers are indexed; undefined: they are not. */
export function indexedType(dimensions: number): string | undefined {
  if (dimensions < 1 || dimensions > mostHalved) return undefined;
  return `${dimensions > mostIndexed ? 'halfvec' : 'vector'}(${dimensions})`;
}

/** An index of the vectors of one model. The model is written into it, as a condition has no parameters. */
export function createIndexStatement(tables: TableNames, model: string, dimensions: number): Statement {
  const type = indexedType(dimensions);
  const name = `orchestration_vector_index_${sha256(`${model} ${dimensions}`).slice(0, 16)}`;
  const operators = type?.startsWith('half') ? 'halfvec_cosine_ops' : 'vector_cosine_ops';
  return {
    text: `CREATE INDEX IF NOT EXISTS "${name}" ON ${tables.vectorIndex} USING hnsw ((embedding::${type}) ${operators})
      WHERE model = ${literal(model)} AND vector_dims(embedding) = ${dimensions}`,
    values: [],
  };
}

/** Those that are there already stay as they are: a chunk of the same id has the same text. */
export function insertStatement(tables: TableNames, vectors: readonly IndexedVector[]): Statement {
  const parameters = new Parameters();
  const rows = parameters.unnest(vectors, [
    ['chunk_id', 'uuid', ({ chunkId }) => chunkId],
    ['model', 'text', ({ model }) => model],
    ['vector', 'text', ({ vector }) => vector],
  ]);
  return {
    text: `INSERT INTO ${tables.vectorIndex} (chunk_id, model, embedding)
      SELECT v.chunk_id, v.model, v.vector::vector FROM ${rows} AS v (chunk_id, model, vector)
      ON CONFLICT DO NOTHING`,
    values: parameters.values,
  };
}

/** Vectors that are stored, and that pgvector does not have yet. */
export function missingStatement({ chunkVector, vectorIndex }: TableNames, limit: number): Statement {
  return {
    text: `SELECT v.chunk_id AS "chunkId", v.model, v.vector FROM ${chunkVector} v
      WHERE NOT EXISTS (SELECT FROM ${vectorIndex} i WHERE i.chunk_id = v.chunk_id AND i.model = v.model)
      LIMIT $1`,
    values: [limit],
  };
}

/** What it finds in the order of the index: goes on looking where filters leave too little (pgvector, "Iterative Index Scans"). */
export const iterativeScan: Statement = {
  text: `SET LOCAL hnsw.iterative_scan = 'strict_order'`,
  values: [],
};

/** The nearest vectors by the index: approximately. */
export function approximateStatement(
  tables: TableNames,
  search: VectorSearch,
  type: string,
  asked: string,
): Statement {
  const parameters = new Parameters();
  const { from, where, vector } = indexed(tables, search, parameters, asked);
  const distance = `v.embedding::${type} <=> ${vector}::${type}`;
  return {
    text: `SELECT v.chunk_id AS id, 1 - (${distance}) AS score FROM ${from} WHERE ${where}
      ORDER BY ${distance} LIMIT ${parameters.add(search.limit, 'int')}`,
    values: parameters.values,
  };
}

/** The nearest of all vectors that may be seen: exactly. */
export function exactStatement(tables: TableNames, search: VectorSearch, asked: string): Statement {
  const parameters = new Parameters();
  const { from, where, vector } = indexed(tables, search, parameters, asked);
  return {
    text: `WITH seen AS MATERIALIZED (SELECT v.chunk_id AS id, v.embedding FROM ${from} WHERE ${where})
      SELECT id, 1 - (embedding <=> ${vector}::vector) AS score FROM seen
      ORDER BY embedding <=> ${vector}::vector, id LIMIT ${parameters.add(search.limit, 'int')}`,
    values: parameters.values,
  };
}

function indexed(tables: TableNames, search: VectorSearch, parameters: Parameters, asked: string) {
  const { from, where } = visibleVectors({ ...tables, chunkVector: tables.vectorIndex }, search, parameters);
  return {
    from,
    where: `${where} AND vector_dims(v.embedding) = ${search.vector.length}`,
    vector: parameters.add(asked, 'text'),
  };
}

function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
