import type { DataSource } from 'typeorm';
import type { Clock } from '../../clock/index.js';
import { hexOf, type Statement, Statements, type TableNames, tableNames } from '../../database/index.js';
import {
  type DocumentKey,
  type DocumentListing,
  type FoundChunk,
  type KnowledgeReader,
  type KnowledgeSearch,
  type KnowledgeStats,
  KnowledgeStore,
  type ListedDocument,
  type PutOutcome,
  type VectorSearch,
  type WholeDocument,
} from './knowledge-store.js';
import { type Page, pageOf } from '../../values/index.js';
import { type DocumentRecord, listedPage, listStatement, placeInList } from './document-list.js';
import { documentIdOf } from './knowledge-ids.js';
import {
  chunksStatement,
  chunkVectorsStatement,
  documentsStatement,
  hashesStatement,
  keyCondition,
  placed,
  valuesOfKey,
  vectored,
  withoutChunks,
} from './put-statements.js';
import {
  type Asked,
  askedStatement,
  chunksByIdStatement,
  foundOf,
  statsStatement,
  type StoredFound,
  vectorsStatement,
  wordedVectorsStatement,
  wordsStatement,
} from './search-statements.js';
import { bestOf, ofUnitLength, productWith } from './vectors/numbers.js';
import { type Near, Pgvector } from './vectors/pgvector.js';

/** Vectors that one search compares at most. */
export interface MostCompared {
  /** More: those of the chunks that have the words. */
  readonly inProcess: number;
  /** More: pgvector looks into its index, which finds nearly the same. */
  readonly byPgvector: number;
}

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
    private readonly most: MostCompared = { inProcess: 20_000, byPgvector: 1_000 },
  ) {
    super();
    this.statements = new Statements(dataSource, clock);
    this.tables = tableNames(dataSource);
  }

  async hashesOf(keys: readonly DocumentKey[]): Promise<readonly (string | undefined)[]> {
    const rows = await this.statements.run<{ place: number; hash: Buffer }>(
      hashesStatement(this.tables, keys),
    );
    const hashes = new Map(rows.map(({ place, hash }) => [place, hexOf(hash)]));
    return keys.map((_, index) => hashes.get(index + 1));
  }

  async put(documents: readonly WholeDocument[]): Promise<readonly PutOutcome[]> {
    const { tables, clock } = this;
    const pgvector = await this.pgvector();
    await pgvector?.prepare(vectored(documents.flatMap(placed)));
    return this.statements.together(async (send) => {
      const written = await send<{ id: string; version: number }>(
        documentsStatement(
          tables,
          documents.map(({ document }) => document),
          clock.offset(),
        ),
      );
      const versions = new Map(written.map(({ id, version }) => [id, version]));
      const versionOf = ({ document }: WholeDocument) => versions.get(documentIdOf(document));
      const changed = written.filter(({ version }) => version > 1).map(({ id }) => id);
      for (const statement of this.withoutChunks(changed, pgvector)) await send(statement);
      const chunks = documents.filter((whole) => versionOf(whole) !== undefined).flatMap(placed);
      if (chunks.length > 0) await send(chunksStatement(tables, chunks));
      const vectors = vectored(chunks);
      if (vectors.length > 0) {
        await send(chunkVectorsStatement(tables, vectors));
        if (pgvector) await send(pgvector.insertStatement(vectors));
      }
      return documents.map((whole) => outcomeOf(versionOf(whole)));
    });
  }

  async remove(key: DocumentKey): Promise<boolean> {
    return (await this.removeWhere(keyCondition, valuesOfKey(key))) > 0;
  }

  removeAbout(tenant: string, person: string): Promise<number> {
    return this.removeWhere('tenant = $1 AND about = $2', [tenant, person]);
  }

  async list(listing: DocumentListing): Promise<Page<ListedDocument>> {
    const rows = await this.statements.run<DocumentRecord>(listStatement(this.tables, listing));
    return listedPage(pageOf(rows, listing.limit, placeInList));
  }

  async search(search: KnowledgeSearch): Promise<readonly FoundChunk[]> {
    const asked = await this.asked(search);
    if (asked.length === 0) return [];
    const rows = await this.statements.run<StoredFound>(wordsStatement(this.tables, search, asked));
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
    const pgvector = await this.pgvector();
    if (pgvector) return pgvector.nearest(search);
    const all = await this.statements.run<StoredVector>(
      vectorsStatement(this.tables, search, this.most.inProcess),
    );
    const candidates = all.length > 0 ? all : await this.withWords(search);
    const asked = ofUnitLength(search.vector);
    return bestOf(
      candidates.map(({ id, vector }) => ({ id, score: productWith(asked, vector) })),
      search.limit,
    );
  }

  /** What is compared where all that may be seen is too much: what has the words. */
  private async withWords(search: VectorSearch): Promise<readonly StoredVector[]> {
    const asked = await this.asked(search);
    if (asked.length === 0) return [];
    return this.statements.run<StoredVector>(
      wordedVectorsStatement(this.tables, search, asked, this.most.inProcess),
    );
  }

  private asked(search: KnowledgeSearch): Promise<readonly Asked[]> {
    return this.statements.run<Asked>(askedStatement(this.tables, search));
  }

  /** Asked once: what is installed later is used after the next start. */
  private pgvector(): Promise<Pgvector | undefined> {
    this.opening ??= Pgvector.open(this.statements, this.tables, this.most.byPgvector).catch(
      (error: unknown) => {
        // A database that was away is asked again.
        this.opening = undefined;
        throw error;
      },
    );
    return this.opening;
  }

  /** @returns how many documents there were */
  private async removeWhere(condition: string, values: unknown[]): Promise<number> {
    const pgvector = await this.pgvector();
    return this.statements.together(async (send) => {
      const gone = await send<{ id: string }>({
        text: `DELETE FROM ${this.tables.document} WHERE ${condition} RETURNING id`,
        values,
      });
      const ids = gone.map(({ id }) => id);
      for (const statement of this.withoutChunks(ids, pgvector)) await send(statement);
      return gone.length;
    });
  }

  private withoutChunks(documents: readonly string[], pgvector: Pgvector | undefined): readonly Statement[] {
    if (documents.length === 0) return [];
    const { chunk, chunkVector, vectorIndex } = this.tables;
    return withoutChunks(chunk, pgvector ? [chunkVector, vectorIndex] : [chunkVector], documents);
  }
}

/** @param version of a document that was written; undefined: it was the same */
function outcomeOf(version: number | undefined): PutOutcome {
  if (version === undefined) return 'unchanged';
  return version > 1 ? 'changed' : 'added';
}
