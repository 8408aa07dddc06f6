import { logSafely, errorMessage } from '../../../errors/index.js';
import { readProperty } from '../../../text/index.js';
import type { Statement, Statements, TableNames } from '../../../database/index.js';
import type { VectorSearch } from '../knowledge-store.js';
import { countStatement } from '../search-statements.js';
import type { Vectored } from '../put-statements.js';
import { numbersOf, ofUnitLength } from './numbers.js';
import {
  approximateStatement,
  createIndexStatement,
  createTableStatement,
  exactStatement,
  indexedType,
  insertStatement,
  installedStatement,
  iterativeScan,
  missingStatement,
} from './pgvector-statements.js';

/** The first version that goes on looking where filters leave too little. */
const oldest = [0, 8] as const;
/** Vectors that are taken over at once. */
const batch = 1_000;

/** A vector that was found. */
export interface Near {
  readonly id: string;
  /** Cosine. */
  readonly score: number;
}

/** Vectors in pgvector: a copy of those that are stored, in a table that has no entity, with an HNSW index for each model. */
export class Pgvector {
  private readonly prepared = new Map<string, Promise<void>>();

  private constructor(
    private readonly statements: Statements,
    private readonly tables: TableNames,
    readonly version: string,
    private readonly mostCompared: number,
  ) {}

  /**
   * Where the extension is installed, in a version that will do, and the table is there or may be made. What was stored before it was
   * installed is taken over. @param mostCompared vectors that are compared one by one; where more may be seen, the index is used
   */
  static async open(
    statements: Statements,
    tables: TableNames,
    mostCompared: number,
  ): Promise<Pgvector | undefined> {
    const [installed] = await statements.run<{ version: string }>(installedStatement);
    if (!installed) return undefined;
    const { version } = installed;
    if (!isRecent(version)) {
      logSafely(
        'warn',
        `pgvector ${version} is installed; knowledge bases use it from ${oldest.join('.')}.0 on.`,
      );
      return undefined;
    }
    try {
      const opened = new Pgvector(statements, tables, version, mostCompared);
      await unlessMeanwhile(() => statements.run(createTableStatement(tables)));
      await opened.takeOver();
      return opened;
    } catch (error) {
      // Before the migrations: asked again later.
      if (codeOf(error) === undefinedTable) throw error;
      logSafely(
        'warn',
        `pgvector ${version} is installed and can not be used: ${errorMessage(error)}. Run this as the owner of the schema, or let the application make tables: ${createTableStatement(tables).text}`,
      );
      return undefined;
    }
  }

  /** Before vectors are stored: the index of their model is there, or the log says why not; then all are compared. */
  async prepare(vectors: readonly Vectored[]): Promise<void> {
    const kinds = new Map(
      vectors.map(({ model, vector }) => [`${vector.length} ${model}`, [model, vector.length] as const]),
    );
    for (const [model, dimensions] of kinds.values()) await this.prepareIndex(model, dimensions);
  }

  insertStatement(vectors: readonly Vectored[]): Statement {
    return insertStatement(
      this.tables,
      vectors.map((one) => ({ ...one, vector: textOf(ofUnitLength(one.vector)) })),
    );
  }

  async nearest(search: VectorSearch): Promise<readonly Near[]> {
    const asked = textOf(ofUnitLength(search.vector));
    const type = indexedType(search.vector.length);
    if (type === undefined || !(await this.isMany(search)))
      return this.statements.run<Near>(exactStatement(this.tables, search, asked));
    return this.statements.together(async (send) => {
      await send(iterativeScan);
      return send<Near>(approximateStatement(this.tables, search, type, asked));
    });
  }

  private async isMany(search: VectorSearch): Promise<boolean> {
    const [row] = await this.statements.run<{ count: number }>(
      countStatement(this.tables, search, this.mostCompared),
    );
    return (row?.count ?? 0) > this.mostCompared;
  }

  /** @param dimensions numbers of each vector */
  private prepareIndex(model: string, dimensions: number): Promise<void> {
    const name = `${dimensions} ${model}`;
    const known = this.prepared.get(name) ?? this.index(model, dimensions);
    this.prepared.set(name, known);
    return known;
  }

  private async index(model: string, dimensions: number): Promise<void> {
    if (indexedType(dimensions) === undefined) return;
    const statement = createIndexStatement(this.tables, model, dimensions);
    try {
      await unlessMeanwhile(() => this.statements.run(statement));
    } catch (error) {
      logSafely(
        'warn',
        `The vectors of ${model} have no index: ${errorMessage(error)}. It is made by: ${statement.text}`,
      );
    }
  }

  private async takeOver(): Promise<void> {
    for (;;) {
      const missing = await this.statements.run<{ chunkId: string; model: string; vector: Buffer }>(
        missingStatement(this.tables, batch),
      );
      const vectors = missing.map((one) => ({ ...one, vector: [...numbersOf(one.vector)] }));
      await this.prepare(vectors);
      if (vectors.length > 0) await this.statements.run(this.insertStatement(vectors));
      if (missing.length < batch) return;
    }
  }
}

const undefinedTable = '42P01';
/** Of PostgreSQL, for a table or an index that another process makes at the same moment: IF NOT EXISTS does not wait for it. */
const madeMeanwhile: ReadonlySet<unknown> = new Set(['23505', '42P07']);

async function unlessMeanwhile(make: () => Promise<unknown>): Promise<void> {
  try {
    await make();
  } catch (error) {
    if (!madeMeanwhile.has(codeOf(error))) throw error;
  }
}

function codeOf(error: unknown): unknown {
  return readProperty(error, 'code');
}

function isRecent(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > oldest[0] || (major === oldest[0] && minor >= oldest[1]);
}

function textOf(vector: Float32Array): string {
  return `[${vector.join(',')}]`;
}
