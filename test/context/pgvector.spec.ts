import { vector } from '@electric-sql/pglite-pgvector';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { TypeOrmModule } from '@nestjs/typeorm';
import fc from 'fast-check';
import { migrate, OrchestrationModule, orchestrationEntities, orchestrationMigrations } from 'nestjs-nestor';
import { embeddedPostgres } from 'nestjs-nestor/embedded';
import {
  KnowledgeBase,
  KnowledgeBaseModule,
  knowledgeBaseToken,
  ngramEmbeddings,
} from 'nestjs-nestor/retrieval';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { type StoredChunk, TypeOrmKnowledgeStore } from '../../lib/context/index.js';
import { TestClock } from '../../lib/testing/test-clock.js';

const facts = {
  base: 'b',
  shared: false,
  title: undefined,
  about: undefined,
  mediaType: 'text/plain',
  language: 'english',
  roles: undefined,
  trusted: false,
  metadata: {},
  ingestedBy: undefined,
};
const chunk = (text: string, numbers: readonly number[]): StoredChunk => ({
  headings: [],
  text,
  tokens: 1,
  vector: numbers,
});

describe('a knowledge base where pgvector is installed', () => {
  let dataSource: DataSource;
  let options: DataSourceOptions;
  let count = 0;
  beforeAll(async () => {
    Logger.overrideLogger(false);
    options = {
      ...embeddedPostgres({ extensions: { vector } }),
      entities: [...orchestrationEntities],
      migrations: [...orchestrationMigrations],
    };
    dataSource = await new DataSource(options).initialize();
    await migrate(dataSource);
  });
  afterAll(() => dataSource.destroy());
  afterEach(async () => {
    jest.restoreAllMocks();
    await dataSource.query('DROP EXTENSION IF EXISTS vector CASCADE');
    await dataSource.query('DROP TABLE IF EXISTS orchestration_vector_index');
    await dataSource.query(
      'TRUNCATE orchestration_document, orchestration_chunk, orchestration_chunk_vector',
    );
  });
  const install = () => dataSource.query('CREATE EXTENSION vector');
  /** As a process that begins now. @param most vectors that are compared one by one */
  const opened = (most?: number) =>
    new TypeOrmKnowledgeStore(dataSource, new TestClock(), {
      inProcess: most ?? 20_000,
      byPgvector: most ?? 1_000,
    });
  const put = (store: TypeOrmKnowledgeStore, tenant: string, chunks: readonly StoredChunk[], model = 'm') => {
    count += 1;
    const hash = count.toString(16).padStart(64, '0');
    return store.put([{ document: { ...facts, tenant, uri: `d${count}`, model, hash }, chunks }]);
  };
  const near = async (store: TypeOrmKnowledgeStore, tenant: string, numbers: number[], limit = 3) => {
    const search = { base: 'b', reader: { tenant, roles: [] }, text: '', filter: {}, model: 'm', limit };
    return (await store.similar({ ...search, vector: numbers })).map(({ text, score }) => ({
      text,
      score: Number(score.toFixed(5)),
    }));
  };

  it('says so at the start, and finds by it', async () => {
    await install();
    const module = await Test.createTestingModule({
      imports: [
        TypeOrmModule.forRoot({ ...options, migrations: [] }),
        OrchestrationModule.forRoot({ models: { providers: [ngramEmbeddings()], default: 'ngram/512' } }),
        KnowledgeBaseModule.forFeature('pages', { embedding: { model: 'ngram/512' }, search: 'vectors' }),
      ],
    }).compile();
    const log = jest.fn();
    // The testing module has set one of its own.
    Logger.overrideLogger({ log, error: log, warn: log });
    await module.init();
    expect(JSON.stringify(log.mock.calls)).toMatch(/'pages': vectors by pgvector 0\.8\.\d+, with HNSW/);
    const pages = module.get<KnowledgeBase>(knowledgeBaseToken('pages'), { strict: false });
    await pages.ingest([
      { uri: 'battery.md', text: 'The battery lasts two years.' },
      { uri: 'refund.md', text: 'A refund takes two weeks.' },
    ]);
    expect((await pages.search('batery'))[0]?.source.uri).toBe('battery.md');
    const counted = await dataSource.query<{ n: number }[]>(
      'SELECT count(*)::int n FROM orchestration_vector_index',
    );
    expect(counted).toEqual([{ n: 2 }]);
    Logger.overrideLogger(false);
    await module.close();
  });

  it('finds what comparing in the process finds, by all and by the index, and nothing of another tenant', async () => {
    const numbers = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 4, maxLength: 4 });
    const given = fc.array(fc.tuple(fc.constantFrom('acme', 'globex'), numbers), {
      minLength: 1,
      maxLength: 25,
    });
    await fc.assert(
      fc.asyncProperty(given, numbers, fc.integer({ min: 1, max: 6 }), async (stored, asked, limit) => {
        await dataSource.query(
          'TRUNCATE orchestration_document, orchestration_chunk, orchestration_chunk_vector',
        );
        await dataSource.query('DROP EXTENSION IF EXISTS vector CASCADE');
        await dataSource.query('DROP TABLE IF EXISTS orchestration_vector_index');
        const compared = opened();
        const half = Math.floor(stored.length / 2);
        const putEach = async (store: TypeOrmKnowledgeStore, some: typeof stored) => {
          for (const [index, [tenant, of]] of some.entries())
            await put(store, tenant, [chunk(`${tenant} ${index} ${of.join()}`, of)]);
        };
        await putEach(compared, stored.slice(0, half));
        await install();
        // What was there before is taken over.
        const byAll = opened();
        await putEach(byAll, stored.slice(half));
        const wanted = await near(compared, 'acme', asked, limit);
        const byIndex = await near(opened(0), 'acme', asked, limit);
        for (const found of [await near(byAll, 'acme', asked, limit), byIndex]) {
          expect(found).toHaveLength(wanted.length);
          for (const [index, { score }] of found.entries())
            expect(score).toBeCloseTo(wanted[index]?.score ?? 0, 4);
          expect(found.every(({ text }) => text.startsWith('acme'))).toBe(true);
        }
      }),
      { numRuns: 25 },
    );
  });

  it('finds what few may see among many that they may not', async () => {
    await install();
    const store = opened(0);
    await put(
      store,
      'globex',
      Array.from({ length: 400 }, (_, index) => chunk(`g${index}`, [1, index / 400, 0])),
    );
    await put(store, 'acme', [chunk('far', [0, 1, 0]), chunk('farther', [0, 1, 1])]);
    expect((await near(store, 'acme', [1, 0.2, 0])).map(({ text }) => text)).toEqual(['far', 'farther']);
  });

  it('has an index for each model that its searches can use', async () => {
    await install();
    const store = opened();
    await put(store, 'acme', [chunk('a', [1, 2, 3])]);
    await put(store, 'acme', [chunk('b', [1, 2])], "it's");
    const indexes = await dataSource.query<{ indexdef: string }[]>(
      `SELECT indexdef FROM pg_indexes WHERE tablename = 'orchestration_vector_index' AND indexdef LIKE '%hnsw%'`,
    );
    expect(indexes.map(({ indexdef }) => /vector\((\d)\)/.exec(indexdef)?.[1]).toSorted()).toEqual([
      '2',
      '3',
    ]);
    await dataSource.query('SET enable_seqscan = off');
    const plan = await dataSource.query<object[]>(
      `EXPLAIN SELECT v.chunk_id FROM orchestration_vector_index v WHERE v.model = 'm' AND vector_dims(v.embedding) = 3
       ORDER BY v.embedding::vector(3) <=> '[1,2,3]'::vector(3) LIMIT 1`,
    );
    await dataSource.query('SET enable_seqscan = on');
    expect(JSON.stringify(plan)).toContain('orchestration_vector_index_');
  });

  it('keeps no vector of what was changed or taken out', async () => {
    await install();
    const store = opened();
    const document = { ...facts, tenant: 'acme', uri: 'same', model: 'm' };
    const keep = (hash: string, chunks: StoredChunk[]) =>
      store.put([{ document: { ...document, hash: hash.repeat(32) }, chunks }]);
    await keep('a1', [chunk('old', [1, 0]), chunk('older', [1, 1])]);
    await keep('b2', [chunk('new', [1, 0])]);
    const rows = () => dataSource.query<object[]>('SELECT 1 FROM orchestration_vector_index');
    expect(await rows()).toHaveLength(1);
    expect((await near(store, 'acme', [1, 0])).map(({ text }) => text)).toEqual(['new']);
    await store.remove(document);
    expect(await rows()).toHaveLength(0);
  });

  it('compares in the process where the table can not be used, and says why', async () => {
    await install();
    await dataSource.query('CREATE TABLE orchestration_vector_index (other int)');
    const warn = jest.fn();
    Logger.overrideLogger({ log: warn, error: warn, warn });
    const store = opened();
    await put(store, 'acme', [chunk('a', [1, 0])]);
    expect((await near(store, 'acme', [1, 0])).map(({ text }) => text)).toEqual(['a']);
    expect(await store.vectorsBy()).toBe('comparison in the process');
    expect(JSON.stringify(warn.mock.calls)).toContain('can not be used');
    Logger.overrideLogger(false);
  });

  it('indexes long vectors by half, and none that are longer', async () => {
    await install();
    const store = opened(0);
    for (const dimensions of [3_000, 5_000]) {
      const numbers = Array.from({ length: dimensions }, (_, index) => index % 7);
      await put(store, `t${dimensions}`, [chunk('long', numbers)]);
      expect(await near(store, `t${dimensions}`, numbers)).toEqual([{ text: 'long', score: 1 }]);
    }
    const [index] = await dataSource.query<{ indexdef: string }[]>(
      `SELECT indexdef FROM pg_indexes WHERE tablename = 'orchestration_vector_index' AND indexdef LIKE '%hnsw%'`,
    );
    expect(index?.indexdef).toContain('halfvec(3000)');
  });
});
