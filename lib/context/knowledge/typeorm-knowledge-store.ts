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
import { bestOf, ofUnitLength, productWith } from './vectors.js';

const usualMostCompared = 20_000;

interface StoredVector {
  readonly id: string;
  readonly vector: Buffer;
}

/** Knowledge bases in the host's database: searched with its full-text search, and by vectors, which are compared here. */
export class TypeOrmKnowledgeStore extends KnowledgeStore {
  private readonly statements: Statements;
  private readonly tables: TableNames;

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

  put(document: StoredDocument, chunks: readonly StoredChunk[]): Promise<PutOutcome> {
    const { tables, clock } = this;
    return this.statements.together(async (send) => {
      const [stored] = await send<{ id: string; version: number }>(
        documentStatement(tables, document, clock.offset()),
      );
      if (!stored) return 'unchanged';
      const { id, version } = stored;
      if (version > 1) for (const statement of withoutChunks(tables, id)) await send(statement);
      if (chunks.length > 0) {
        await send(chunksStatement(tables, id, document, chunks));
        const { model } = document;
        if (model !== undefined) await send(chunkVectorsStatement(tables, id, model, chunks));
      }
      return version > 1 ? 'changed' : 'added';
    });
  }

  async remove(key: DocumentKey): Promise<boolean> {
    return this.statements.together(async (send) => {
      const [gone] = await send<{ id: string }>({
        text: `DELETE FROM ${this.tables.document} WHERE ${keyCondition} RETURNING id`,
        values: valuesOfKey(key),
      });
      if (gone) for (const statement of withoutChunks(this.tables, gone.id)) await send(statement);
      return gone !== undefined;
    });
  }

  async removeAbout(tenant: string, person: string): Promise<number> {
    return this.statements.together(async (send) => {
      const gone = await send<{ id: string }>({
        text: `DELETE FROM ${this.tables.document} WHERE tenant = $1 AND about = $2 RETURNING id`,
        values: [tenant, person],
      });
      for (const { id } of gone)
        for (const statement of withoutChunks(this.tables, id)) await send(statement);
      return gone.length;
    });
  }

  async search(search: KnowledgeSearch): Promise<readonly FoundChunk[]> {
    const rows = await this.statements.run<StoredFound>(wordsStatement(this.tables, search));
    return rows.map(foundOf);
  }

  async similar(search: VectorSearch): Promise<readonly FoundChunk[]> {
    const asked = ofUnitLength(search.vector);
    const compared = (await this.candidates(search)).map(({ id, vector }) => {
      return { id, score: productWith(asked, vector) };
    });
    const near = bestOf(compared, search.limit).filter(({ score }) => score > 0);
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

  async stats(base: string, reader: KnowledgeReader): Promise<KnowledgeStats> {
    const [row] = await this.statements.run<KnowledgeStats>(statsStatement(this.tables, base, reader));
    return row ?? { documents: 0, chunks: 0, tokens: 0 };
  }

  /** What is compared: all that may be seen, or what has the words where that is too much. */
  private async candidates(search: VectorSearch): Promise<readonly StoredVector[]> {
    const { statements, tables, mostCompared } = this;
    const [row] = await statements.run<{ count: number }>(vectorCountStatement(tables, search, mostCompared));
    return (row?.count ?? 0) <= mostCompared
      ? statements.run<StoredVector>(vectorsStatement(tables, search))
      : statements.run<StoredVector>(wordedVectorsStatement(tables, search, mostCompared));
  }
}
