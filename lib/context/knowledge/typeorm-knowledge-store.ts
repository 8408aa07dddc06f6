import type { DataSource } from 'typeorm';
import type { Clock } from '../../clock/index.js';
import { hexOf, Statements, type TableNames, tableNames } from '../../database/index.js';
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
  type VectorSearch,
} from './knowledge-store.js';
import { chunkIdOf } from './knowledge-ids.js';
import {
  chunksStatement,
  chunkVectorsStatement,
  documentStatement,
  keyCondition,
  valuesOfKey,
  withoutChunks,
} from './put-statements.js';
import {
  chunksByIdStatement,
  foundOf,
  statsStatement,
  type StoredFound,
  vectorCountStatement,
  vectorsStatement,
  wordedVectorsStatement,
  wordsStatement,
} from './search-statements.js';
import { bestOf, ofUnitLength, productWith } from './vectors/numbers.js';
import { type Near, Pgvector } from './vectors/pgvector.js';

const usualMostCompared = 20_000;

interface StoredVector {
  readonly id: string;
  readonly vector: Buffer;
}

/** Knowledge bases in the host's database: searched with its full-text search, and by vectors, which pgvector compares or this process. */
export class TypeOrmKnowledgeStore extends KnowledgeStore {
  private readonly statements: Statements;
  private readonly tables: TableNames;
  private opening: Promise<Pgvector | undefined> | undefined;

  constructor(
    dataSource: DataSource,
    private readonly clock: Clock,
    /** Vectors that one search compares at most. */
    private readonly mostCompared = usualMostCompared,
  ) {
    super();
    this.statements = new Statements(dataSource, clock);
    this.tables = tableNames(dataSource);
  }

  async hashOf(key: DocumentKey): Promise<string | undefined> {
    const [row] = await this.statements.run<{ hash: Buffer }>({
      name: 'nestor_document_hash',
      text: `SELECT hash FROM ${this.tables.document} WHERE ${keyCondition}`,
      values: valuesOfKey(key),
    });
    return row && hexOf(row.hash);
  }

  async put(document: StoredDocument, chunks: readonly StoredChunk[]): Promise<PutOutcome> {
    const { tables, clock } = this;
    const pgvector = await this.pgvector();
    const dimensions = chunks[0]?.vector?.length;
    if (document.model !== undefined && dimensions !== undefined)
      await pgvector?.prepare(document.model, dimensions);
    return this.statements.together(async (send) => {
      const [stored] = await send<{ id: string; version: number }>(
        documentStatement(tables, document, clock.offset()),
      );
      if (!stored) return 'unchanged';
      const { id, version } = stored;
      if (version > 1) for (const statement of this.withoutChunks(id, pgvector)) await send(statement);
      if (chunks.length > 0) {
        await send(chunksStatement(tables, id, document, chunks));
        const { model } = document;
        if (model !== undefined) {
          await send(chunkVectorsStatement(tables, id, model, chunks));
          const vectors = () =>
            chunks.map((chunk, ordinal) => ({
              id: chunkIdOf(id, ordinal, chunk),
              vector: chunk.vector ?? [],
            }));
          if (pgvector) await send(pgvector.insertStatement(vectors(), model));
        }
      }
      return version > 1 ? 'changed' : 'added';
    });
  }

  async remove(key: DocumentKey): Promise<boolean> {
    const pgvector = await this.pgvector();
    return this.statements.together(async (send) => {
      const [gone] = await send<{ id: string }>({
        text: `DELETE FROM ${this.tables.document} WHERE ${keyCondition} RETURNING id`,
        values: valuesOfKey(key),
      });
      if (gone) for (const statement of this.withoutChunks(gone.id, pgvector)) await send(statement);
      return gone !== undefined;
    });
  }

  async removeAbout(tenant: string, person: string): Promise<number> {
    const pgvector = await this.pgvector();
    return this.statements.together(async (send) => {
      const gone = await send<{ id: string }>({
        text: `DELETE FROM ${this.tables.document} WHERE tenant = $1 AND about = $2 RETURNING id`,
        values: [tenant, person],
      });
      for (const { id } of gone)
        for (const statement of this.withoutChunks(id, pgvector)) await send(statement);
      return gone.length;
    });
  }

  async search(search: KnowledgeSearch): Promise<readonly FoundChunk[]> {
    const rows = await this.statements.run<StoredFound>(wordsStatement(this.tables, search));
    return rows.map(foundOf);
  }

  async similar(search: VectorSearch): Promise<readonly FoundChunk[]> {
    const near = (await this.nearest(search)).filter(({ score }) => score > 0);
    if (near.length === 0) return [];
    const ids = near.map(({ id }) => id);
    const rows = await this.statements.run<StoredFound>(chunksByIdStatement(this.tables, search, ids));
    const byId = new Map(rows.map((row) => [row.id, foundOf(row)]));
    // One that has gone meanwhile is left out.
    return near.flatMap(({ id, score }) => {
      const found = byId.get(id);
      return found ? [{ ...found, score }] : [];
    });
  }

  async vectorsBy(): Promise<string> {
    const pgvector = await this.pgvector();
    return pgvector ? `pgvector ${pgvector.version}, with HNSW` : 'comparison in the process';
  }

  async stats(base: string, reader: KnowledgeReader): Promise<KnowledgeStats> {
    const [row] = await this.statements.run<KnowledgeStats>(statsStatement(this.tables, base, reader));
    return row ?? { documents: 0, chunks: 0, tokens: 0 };
  }

  private async nearest(search: VectorSearch): Promise<readonly Near[]> {
    const { statements, tables, mostCompared } = this;
    const pgvector = await this.pgvector();
    const [row] = await statements.run<{ count: number }>(vectorCountStatement(tables, search, mostCompared));
    const isFew = (row?.count ?? 0) <= mostCompared;
    if (pgvector) return pgvector.nearest(search, isFew);
    // What is compared here: all that may be seen, or what has the words where that is too much.
    const candidates = await statements.run<StoredVector>(
      isFew ? vectorsStatement(tables, search) : wordedVectorsStatement(tables, search, mostCompared),
    );
    const asked = ofUnitLength(search.vector);
    return bestOf(
      candidates.map(({ id, vector }) => ({ id, score: productWith(asked, vector) })),
      search.limit,
    );
  }

  /** Asked once: what is installed later is used after the next start. */
  private pgvector(): Promise<Pgvector | undefined> {
    this.opening ??= Pgvector.open(this.statements, this.tables).catch((error: unknown) => {
      // A database that was away is asked again.
      this.opening = undefined;
      throw error;
    });
    return this.opening;
  }

  private withoutChunks(id: string, pgvector: Pgvector | undefined) {
    const { chunk, chunkVector, vectorIndex } = this.tables;
    return withoutChunks(chunk, pgvector ? [chunkVector, vectorIndex] : [chunkVector], id);
  }
}
